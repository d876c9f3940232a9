import { openStore, shownUrl } from "@holdfast/connect";
import { copy, type CopyReport } from "@holdfast/migrate";
import type { Command } from "commander";

import type { CommandContext } from "../console.ts";
import { copyText } from "../copy-text.ts";
import { QuarantineFile } from "../quarantine-file.ts";
import { exitCodes } from "../exit-codes.ts";
import { progressOption, showProgress, type ProgressForm } from "../progress.ts";
import { wholeNumber } from "../whole-number.ts";
import { writeJson, writeLines } from "../write-lines.ts";

const help = `
The target must be empty, or hold what an earlier, interrupted copy of the same source left. The source is only read.
Only one copy goes into a target at a time. What breaks a rule of the target ends the copy; with --quarantine it is written to
a new file instead, each record as it is and with the reason, and the rest is copied.

Examples:
  $ holdfast copy --from json:./data/entities.json --to sqlite:./data/app.db
  $ holdfast copy --from sqlite:./data/app.db --to postgres://me@localhost/app --batch 5000
  $ holdfast copy --from json:./data/entities.json --to sqlite:./data/app.db --quarantine refused.jsonl`;

interface CopyArguments {
  readonly progress: ProgressForm;
  readonly from: string;
  readonly to: string;
  readonly batch?: number;
  readonly quarantine?: string;
  readonly json?: true;
}

export function addCopyCommand(program: Command, context: CommandContext): void {
  program
    .command("copy")
    .summary("copies all records of one store to another, and compares them")
    .description(
      "Copies all records, of all tenants, with their versions and times, and compares both stores afterwards.",
    )
    .requiredOption("--from <url>", "the store to read")
    .requiredOption("--to <url>", "the store to write")
    .option("--batch <records>", "records to read and write at once, from 1 to 10000 (default: 1000)", wholeNumber)
    .option("--quarantine <file>", "write what the target refuses to this new file, and copy the rest")
    .addOption(progressOption())
    .option("--json", "print the report, or the error, as JSON")
    .addHelpText("after", help)
    .action((given: CopyArguments) => runCopy(given, context));
}

async function runCopy(given: CopyArguments, { console, signal, exitWith }: CommandContext): Promise<void> {
  const report = await copyBetween(given, { console, signal });
  if (given.json === true) writeJson(console.out, named(given, report));
  else writeLines(console.out, copyText(report));
  if (!report.equal) exitWith(exitCodes.different);
}

/** The target is opened with the source's stored model, so that it gets the same tables, indexes and references. */
async function copyBetween(
  { from, to, batch, quarantine, progress: progressForm }: CopyArguments,
  { console, signal }: Pick<CommandContext, "console" | "signal">,
): Promise<CopyReport> {
  await using source = await openStore(from, { access: "read", signal });
  await using target = await openStore(to, { model: { layout: source.layout }, signal });
  await using refused = quarantine === undefined ? undefined : new QuarantineFile(quarantine);
  const progress = showProgress(console.error, "copied", progressForm);
  try {
    return await copy(source, target, {
      ...(batch === undefined ? {} : { batch }),
      ...(refused === undefined ? {} : { quarantine: (each) => refused.put(each) }),
      onProgress: ({ copied, total }) => progress.update(copied, total),
      signal,
    });
  } finally {
    progress.stop();
  }
}

function named({ from, to }: CopyArguments, report: CopyReport): object {
  return { from: shownUrl(from), to: shownUrl(to), ...report };
}
