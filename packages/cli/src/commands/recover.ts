import { recoverStore, shownUrl } from "@holdfast/connect";
import type { RecoveryReport } from "@holdfast/core";
import type { Command } from "commander";

import { confirmed, notConfirmed } from "../confirmed.ts";
import type { CommandContext } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { recoveryText } from "../recovery-text.ts";
import { writeJson, writeLines } from "../write-lines.ts";

const help = `
Nothing is thrown away: every damaged file is kept under another name beside the store, and the message names each line
that could not be recovered. Where opening the store recovers everything by itself, this does the same.

A file that somebody changed by hand does not have the checksum that it was saved with. --accept-edit takes it as it is,
if it reads well.

Exit codes: 0 everything is there, 3 nothing was changed, 7 something could not be recovered, or nothing at all.

Examples:
  $ holdfast recover json:./data/entities.json
  $ holdfast recover json:./data/entities.json --accept-edit --yes`;

interface RecoverArguments {
  readonly acceptEdit?: true;
  readonly yes?: true;
  readonly json?: true;
}

export function addRecoverCommand(program: Command, context: CommandContext): void {
  program
    .command("recover")
    .summary("makes a store again of what is left of a damaged one")
    .description("Makes a store again of all that can be proven whole in the files of a damaged one.")
    .argument("<url>", "the store")
    .option("--accept-edit", "take a file that was changed by hand as it is")
    .option("--yes", "recover without asking")
    .option("--json", "print the report, or the error, as JSON")
    .addHelpText("after", help)
    .action((url: string, given: RecoverArguments) => runRecover(url, given, context));
}

/** Shows what would be recovered, asks, and only then does it. */
async function runRecover(url: string, given: RecoverArguments, context: CommandContext): Promise<void> {
  const { console, signal, exitWith } = context;
  const options = { edits: given.acceptEdit === true ? ("accept" as const) : ("refuse" as const), signal };
  const preview = await recoverStore(url, options, "preview");
  if (given.yes !== true && preview.outcome !== "whole") {
    writeLines(console.error, recoveryText(preview, "preview"));
    if (!(await confirmed(context, "Recover it?")))
      throw notConfirmed("nothing was changed; --yes recovers without asking");
  }
  const done = preview.outcome === "whole" ? preview : await recoverStore(url, options, "apply");
  if (given.json === true) writeJson(console.out, named(url, done));
  else writeLines(console.out, recoveryText(done, "apply"));
  if (done.outcome === "partial") exitWith(exitCodes.data);
}

function named(url: string, report: RecoveryReport): object {
  return { store: shownUrl(url), ...report };
}
