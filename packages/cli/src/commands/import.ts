import { openStore, shownUrl } from "@holdfast/connect";
import { HoldfastError } from "@holdfast/core";
import { importStateStore, importTinyDb, inspectStateStore, inspectTinyDb } from "@holdfast/migrate";
import type { ImportReport, OnProblem, WrittenReport } from "@holdfast/migrate";
import { orchestratorModel, workflowModel } from "@holdfast/repositories";
import { Option, type Command } from "commander";

import type { CommandContext } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { importText } from "../import-text.ts";
import { loadModel } from "../load-model.ts";
import { originalFile, type OriginalFile } from "../original-file.ts";
import { progressOption, showProgress, type ProgressForm } from "../progress.ts";
import { writeJson, writeLines } from "../write-lines.ts";

const help = `
tinydb is a file in TinyDB's format, as a workflow's entities are kept in; state-store is the SQLite database of an
orchestrator. The file is only read. Importing it again writes nothing twice, and changes nothing that has gone on since.

The table says what became of the rows of each table, and below it stands every row that was not taken as it is:
  refused  not taken, such as an item of a run that is not there
  changed  taken, with something changed that no store can hold, such as NaN
  noted    taken as it stands, and worth knowing

--on-problem report takes all that can be taken. --on-problem skip leaves out what would have to be changed.
--on-problem fail writes nothing unless every row can be taken as it stands.

Exit codes: 0 every row was taken, 7 rows were refused or the file cannot be read as what it is named.

Examples:
  $ holdfast import --from tinydb:./data/entities.json --dry-run
  $ holdfast import --from tinydb:./data/entities.json --to sqlite:./data/app.db --redact
  $ holdfast import --from state-store:./data/orchestrator.db --to postgres://me@localhost/app --on-problem fail`;

interface ImportArguments {
  readonly progress: ProgressForm;
  readonly from: string;
  readonly to?: string;
  readonly tenant?: string;
  readonly model?: string;
  readonly onProblem: OnProblem;
  readonly listOrder?: "docIdText" | "insertion";
  readonly redact?: true;
  readonly dryRun?: true;
  readonly values?: true;
  readonly json?: true;
}

export function addImportCommand(program: Command, context: CommandContext): void {
  program
    .command("import")
    .summary("brings the files of the systems that came before into a store")
    .description("Brings what a file in TinyDB's format, or a StateStore's database, holds into a store.")
    .requiredOption("--from <form:path>", "the file: tinydb:<path> or state-store:<path>")
    .addOption(new Option("--to <url>", "the store to write").conflicts("dryRun"))
    .option("--dry-run", "say what would be taken, changed and refused, and write nothing")
    .addOption(
      new Option("--on-problem <what>", "what becomes of rows that cannot be taken as they stand")
        .choices(["report", "skip", "fail"])
        .default("report"),
    )
    .addOption(
      new Option(
        "--list-order <order>",
        "the order of a TinyDB file's rows: as the original lists them, by the text of their numbers, or as they were inserted (default: docIdText)",
      ).choices(["docIdText", "insertion"]),
    )
    .option("--redact", "replace the keys and parameters that a TinyDB file holds in clear")
    .option("--tenant <name>", "the tenant to write to (default: default)")
    .option("--model <module>", "the module that exports the application's model (default: the file's own)")
    .option("--values", "show what stood in the file where it was changed or refused: that may be secret")
    .addOption(progressOption())
    .option("--json", "print the report, or the error, as JSON")
    .addHelpText("after", help)
    .action((given: ImportArguments) => runImport(given, context));
}

async function runImport(given: ImportArguments, context: CommandContext): Promise<void> {
  const source = originalFile(given.from, "import");
  if (source.original === "state-store" && (given.redact === true || given.listOrder !== undefined)) {
    throw invalid("--redact and --list-order are for TinyDB files: leave them out");
  }
  const report = given.dryRun === true ? await inspect(source, given, context) : await write(source, given, context);
  const values = given.values === true ? "shown" : "hidden";
  const { out } = context.console;
  if (given.json === true) writeJson(out, named(given, report));
  else writeLines(out, importText(report, values));
  if (report.problems.some(({ kind }) => kind === "refused")) context.exitWith(exitCodes.data);
}

async function inspect(
  { original, path }: OriginalFile,
  given: ImportArguments,
  { signal }: CommandContext,
): Promise<ImportReport> {
  if (original === "state-store") return await inspectStateStore(path, { onProblem: given.onProblem, signal });
  return await inspectTinyDb({ path }, { ...tinyDbOptions(given), signal });
}

/** The file is read through beforehand: one that cannot be imported makes no store. */
async function write(source: OriginalFile, given: ImportArguments, context: CommandContext): Promise<WrittenReport> {
  if (given.to === undefined) throw invalid("say where to: --to <url>, or --dry-run to see what would be done");
  await inspect(source, given, context);
  const { original, path } = source;
  const { console, signal } = context;
  const ownModel = original === "tinydb" ? workflowModel : orchestratorModel;
  const model = given.model === undefined ? ownModel : await loadModel(given.model);
  await using opened = await openStore(given.to, { model, signal });
  const store = given.tenant === undefined ? opened : opened.tenant(given.tenant);
  const progress = showProgress(console.error, "imported", given.progress);
  const onProgress = ({ done, rows }: { done: number; rows: number }): void => progress.update(done, rows);
  try {
    const shared = { signal, onProgress };
    if (original === "tinydb") return await importTinyDb({ path }, store, { ...tinyDbOptions(given), ...shared });
    return await importStateStore(path, store, { onProblem: given.onProblem, ...shared });
  } finally {
    progress.stop();
  }
}

function tinyDbOptions({ onProblem, listOrder = "docIdText", redact }: ImportArguments) {
  return { onProblem, listOrder, redact: redact === true };
}

/** The report for programs; what stood in the file only where it was asked for. */
function named(given: ImportArguments, { problems, ...report }: ImportReport | WrittenReport): object {
  const hidden = problems.map(({ was: _was, became: _became, ...problem }) => problem);
  const to = given.to === undefined ? {} : { to: shownUrl(given.to) };
  return { from: shownUrl(given.from), ...to, ...report, problems: given.values === true ? problems : hidden };
}

function invalid(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG" });
}
