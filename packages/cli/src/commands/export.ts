import { openStore, shownUrl } from "@holdfast/connect";
import { HoldfastError, type Store } from "@holdfast/core";
import { archiveBytes, exportStateStore, saveTinyDb, type ExportTinyDbOptions } from "@holdfast/migrate";
import { Option, type Command } from "commander";

import { archivePacking } from "../archive-packing.ts";
import type { CommandContext } from "../console.ts";
import { exportFacts, exportText, type Exported } from "../export-text.ts";
import { originalFile, type OriginalFile } from "../original-file.ts";
import { writeBytes } from "../write-bytes.ts";
import { writeJson, writeLines } from "../write-lines.ts";

const help = `
The archive is text, one JSON object a line, and the same for all backends. It is of one moment, while writing goes on. If
it breaks off, its last line is missing, and nothing ever takes it for a whole one.

With --to it is a new file instead that the systems that came before open as their own: tinydb in TinyDB's format, with all
types of a tenant; state-store the SQLite database of an orchestrator, with its runs, items and telemetry, and what has no
place there is named. Such a file has no versions, tombstones or times of records; imported, it gives the same documents.

Examples:
  $ holdfast export json:./data/entities.json > entities.archive
  $ holdfast export postgres://me@localhost/app --gzip | ssh elsewhere 'cat > app.archive.gz'
  $ holdfast export sqlite:./data/app.db --to tinydb:./back/entities.json
  $ holdfast export sqlite:./data/state.db --to state-store:./back/orchestrator.db --json`;

interface ExportArguments {
  readonly gzip?: true;
  readonly encrypt?: true;
  readonly to?: string;
  readonly tenant?: string;
  readonly listOrder?: ExportTinyDbOptions["listOrder"];
  readonly json?: true;
}

export function addExportCommand(program: Command, context: CommandContext): void {
  program
    .command("export")
    .summary("writes an archive of a store to standard output, or a file of a system that came before")
    .description("Writes everything that a store holds, of all tenants, to standard output, or a tenant to a file.")
    .argument("<url>", "the store")
    .option("--gzip", "compress it")
    .option("--encrypt", "encrypt it with the key in HOLDFAST_ARCHIVE_KEY")
    .addOption(new Option("--to <form:path>", "the new file: tinydb:<path> or state-store:<path>").conflicts(packings))
    .option("--tenant <name>", "the tenant that goes into the file (default: default)")
    .addOption(
      new Option(
        "--list-order <order>",
        "how a TinyDB file's rows are numbered: so that the original lists them as they were created, or one after the other (default: docIdText)",
      ).choices(["docIdText", "insertion"]),
    )
    .option("--json", "with --to, print what was written, or the error, as JSON")
    .addHelpText("after", help)
    .action((url: string, given: ExportArguments) => runExport(url, given, context));
}

const packings = ["gzip", "encrypt"];

async function runExport(url: string, given: ExportArguments, { console, signal }: CommandContext): Promise<void> {
  const { to, gzip, encrypt, tenant, listOrder } = given;
  if (to !== undefined) return exportFile(url, { ...given, to }, { console, signal });
  if (tenant !== undefined || listOrder !== undefined || given.json === true) {
    throw invalid(
      "an archive is of all tenants, in one form: --tenant, --list-order and --json are for --to <form:path>",
    );
  }
  const options = archivePacking({ gzip: gzip === true, encrypt, signal });
  await using store = await openStore(url, { access: "read", signal });
  await writeBytes(console.out, archiveBytes(store, options));
}

async function exportFile(
  url: string,
  given: ExportArguments & { readonly to: string },
  { console, signal }: Pick<CommandContext, "console" | "signal">,
): Promise<void> {
  const file = originalFile(given.to, "export");
  if (file.original === "state-store" && given.listOrder !== undefined) {
    throw invalid("--list-order is for TinyDB files: leave it out");
  }
  await using opened = await openStore(url, { access: "read", signal });
  const store = given.tenant === undefined ? opened : opened.tenant(given.tenant);
  const exported = await exportOf(store, file, { listOrder: given.listOrder, signal });
  const place = { store: shownUrl(url), to: given.to, tenant: store.tenantName };
  if (given.json === true) writeJson(console.out, { ...place, ...exportFacts(exported) });
  else writeLines(console.out, exportText(given.to, exported));
}

interface ExportWith {
  readonly listOrder: ExportTinyDbOptions["listOrder"];
  readonly signal: AbortSignal;
}

async function exportOf(store: Store, { original, path }: OriginalFile, given: ExportWith): Promise<Exported> {
  const { listOrder = "docIdText", signal } = given;
  if (original === "tinydb") return { tables: await saveTinyDb(store, path, { listOrder, signal }), problems: [] };
  const { tables, problems } = await exportStateStore(store, path, { signal });
  return { tables: tables.map(({ table, rows }) => ({ table, records: rows })), problems };
}

function invalid(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG" });
}
