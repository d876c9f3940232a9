import { once } from "node:events";
import { stat } from "node:fs/promises";
import path from "node:path";

import { openStore, shownUrl } from "@holdfast/connect";
import { HoldfastError } from "@holdfast/core";
import { archiveBytes, saveArchive, type WriteArchiveOptions } from "@holdfast/migrate";
import type { Command } from "commander";

import { requiredArchiveKey } from "../archive-secret.ts";
import { archiveFacts, archiveText } from "../archive-text.ts";
import type { CommandContext } from "../console.ts";
import { printableJson, printableLines } from "../printable.ts";

const exportHelp = `
The archive is text, one JSON object a line, and the same for all backends. It is of one moment, while writing goes on. If
it breaks off, its last line is missing, and nothing ever takes it for a whole one.

Examples:
  $ holdfast export json:./data/entities.json > entities.archive
  $ holdfast export postgres://me@localhost/app --gzip | ssh elsewhere 'cat > app.archive.gz'`;

const backupHelp = `
The file is written beside its name, read back and proven whole, and only then gets its name. In a folder, the name is made of
the time. --encrypt takes the key from the variable HOLDFAST_ARCHIVE_KEY: 64 hexadecimal digits, from \`openssl rand -hex 32\`.

Examples:
  $ holdfast backup sqlite:./data/app.db ./backups
  $ HOLDFAST_ARCHIVE_KEY=$(cat key) holdfast backup postgres://me@localhost/app app.archive.gz --encrypt`;

interface ExportArguments {
  readonly gzip?: true;
  readonly encrypt?: true;
}

interface BackupArguments {
  readonly gzip: boolean;
  readonly encrypt?: true;
  readonly json?: true;
}

export function addExportCommand(program: Command, context: CommandContext): void {
  program
    .command("export")
    .summary("writes an archive of a store to standard output")
    .description("Writes everything that a store holds, of all tenants, to standard output.")
    .argument("<url>", "the store")
    .option("--gzip", "compress it")
    .option("--encrypt", "encrypt it with the key in HOLDFAST_ARCHIVE_KEY")
    .addHelpText("after", exportHelp)
    .action((url: string, given: ExportArguments) => runExport(url, given, context));
}

export function addBackupCommand(program: Command, context: CommandContext): void {
  program
    .command("backup")
    .summary("writes an archive of a store to a file, and proves it")
    .description("Writes everything that a store holds, of all tenants, to a new file, compressed.")
    .argument("<url>", "the store")
    .argument("<file>", "the file, which must not be there yet, or a folder")
    .option("--no-gzip", "do not compress it")
    .option("--encrypt", "encrypt it with the key in HOLDFAST_ARCHIVE_KEY")
    .option("--json", "print what was written, or the error, as JSON")
    .addHelpText("after", backupHelp)
    .action((url: string, file: string, given: BackupArguments) => runBackup(url, file, given, context));
}

async function runExport(url: string, given: ExportArguments, { console, signal }: CommandContext): Promise<void> {
  const options = packing({ gzip: given.gzip === true, encrypt: given.encrypt, signal });
  await using store = await openStore(url, { access: "read", signal });
  await writeBytes(console.out, archiveBytes(store, options));
}

async function runBackup(
  url: string,
  file: string,
  { gzip, encrypt, json }: BackupArguments,
  { console, signal }: CommandContext,
): Promise<void> {
  const options = packing({ gzip, encrypt, signal });
  const target = (await isFolder(file)) ? path.join(file, archiveName(new Date(), gzip)) : file;
  await using store = await openStore(url, { access: "read", signal });
  const info = await saveArchive(store, target, options);
  const facts = { store: shownUrl(url), file: target, ...archiveFacts(info) };
  console.out.write(`${json === true ? printableJson(facts) : printableLines(`${target}: ${archiveText(info)}`)}\n`);
}

function packing({
  gzip,
  encrypt,
  signal,
}: {
  readonly gzip: boolean;
  readonly encrypt: true | undefined;
  readonly signal: AbortSignal;
}): WriteArchiveOptions {
  return { gzip, signal, ...(encrypt === true ? { key: requiredArchiveKey() } : {}) };
}

/** A name that sorts by time, and that every file system takes. */
export function archiveName(time: Date, gzip: boolean): string {
  return `holdfast-${time.toISOString().replaceAll(":", "-")}.archive${gzip ? ".gz" : ""}`;
}

async function isFolder(file: string): Promise<boolean> {
  const facts = await stat(file).catch(() => undefined);
  return facts?.isDirectory() ?? false;
}

/** As fast as it is read; whoever stops reading ends it. */
async function writeBytes(out: CommandContext["console"]["out"], bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const failed = new AbortController();
  const fail = (error: Error): void => failed.abort(error);
  out.on("error", fail);
  try {
    for await (const piece of bytes) {
      if (failed.signal.aborted) break;
      if (!out.write(piece)) await once(out, "drain", { signal: failed.signal }).catch(() => undefined);
    }
    if (failed.signal.aborted) throw unread(failed.signal.reason);
  } finally {
    out.off("error", fail);
  }
}

function unread(cause: unknown): HoldfastError {
  return new HoldfastError("nobody reads the output any more", { code: "ABORTED", cause });
}
