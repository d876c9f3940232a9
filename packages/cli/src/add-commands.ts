import type { Command } from "commander";

import { addBackupCommand } from "./commands/backup.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addCompletionCommand } from "./commands/completion.ts";
import { addCopyCommand } from "./commands/copy.ts";
import { addCountCommand } from "./commands/count.ts";
import { addExportCommand } from "./commands/export.ts";
import { addHistoryCommand } from "./commands/history.ts";
import { addImportCommand } from "./commands/import.ts";
import { addLayoutCommand } from "./commands/layout.ts";
import { addListCommand } from "./commands/list.ts";
import { addPlanCommand } from "./commands/plan.ts";
import { addRecoverCommand } from "./commands/recover.ts";
import { addRestoreCommand } from "./commands/restore.ts";
import { addShowCommand } from "./commands/show.ts";
import { addStatsCommand } from "./commands/stats.ts";
import { addVerifyCommand } from "./commands/verify.ts";
import type { CommandContext } from "./console.ts";

/** In the order in which the help lists them. */
const commands: readonly ((program: Command, context: CommandContext) => void)[] = [
  addListCommand,
  addShowCommand,
  addHistoryCommand,
  addCountCommand,
  addStatsCommand,
  addCheckCommand,
  addBackupCommand,
  addCopyCommand,
  addExportCommand,
  addImportCommand,
  addLayoutCommand,
  addPlanCommand,
  addRecoverCommand,
  addRestoreCommand,
  addVerifyCommand,
  addCompletionCommand,
];

export function addCommands(program: Command, context: CommandContext): void {
  for (const add of commands) add(program, context);
}
