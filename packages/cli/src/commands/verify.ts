import { openStore, shownUrl } from "@holdfast/connect";
import { verify, type VerifyReport } from "@holdfast/migrate";
import type { Command } from "commander";

import type { CommandContext } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { progressOption, showProgress, type ProgressForm } from "../progress.ts";
import { verifyText } from "../verify-text.ts";
import { wholeNumber } from "../whole-number.ts";
import { writeJson, writeLines } from "../write-lines.ts";

const help = `
Every record is compared by a hash of all that it is: its key, versions, times and document. Both stores are only read. Of
what differs, the ids and the names of the fields are shown, and no value.

Exit codes: 0 both stores hold the same, 4 they do not.

Examples:
  $ holdfast verify --from json:./data/entities.json --to sqlite:./data/app.db
  $ holdfast verify --from sqlite:./data/app.db --to postgres://me@localhost/app --type Job --json`;

interface VerifyArguments {
  readonly progress: ProgressForm;
  readonly from: string;
  readonly to: string;
  readonly tenant?: string;
  readonly type?: string;
  readonly after?: string;
  readonly upTo?: string;
  readonly batch?: number;
  readonly json?: true;
}

export function addVerifyCommand(program: Command, context: CommandContext): void {
  program
    .command("verify")
    .summary("compares two stores, and names every record and field that differs")
    .description("Compares two stores record by record, and names the records that differ and in which fields.")
    .requiredOption("--from <url>", "the one store")
    .requiredOption("--to <url>", "the other")
    .option("--tenant <name>", "only this tenant")
    .option("--type <name>", "only this type")
    .option("--after <id>", "only ids behind this one")
    .option("--up-to <id>", "only ids up to this one")
    .option("--batch <records>", "records to read and compare at once, from 1 to 10000 (default: 1000)", wholeNumber)
    .addOption(progressOption())
    .option("--json", "print the report, or the error, as JSON")
    .addHelpText("after", help)
    .action((given: VerifyArguments) => runVerify(given, context));
}

async function runVerify(given: VerifyArguments, { console, signal, exitWith }: CommandContext): Promise<void> {
  const { from, to, tenant, type, after, upTo, batch } = given;
  await using source = await openStore(from, { access: "read", signal });
  await using target = await openStore(to, { access: "read", signal });
  const progress = showProgress(console.error, "compared", given.progress);
  let report: VerifyReport;
  try {
    report = await verify(source, target, {
      only: { ...(tenant === undefined ? {} : { tenant }), ...(type === undefined ? {} : { type }), after, upTo },
      ...(batch === undefined ? {} : { batch }),
      differencesMost: 10_000,
      onProgress: ({ compared, total }) => progress.update(compared, total),
      signal,
    });
  } finally {
    progress.stop();
  }
  if (given.json === true) writeJson(console.out, { from: shownUrl(from), to: shownUrl(to), ...report });
  else writeLines(console.out, verifyText(report));
  if (!report.equal) exitWith(exitCodes.different);
}
