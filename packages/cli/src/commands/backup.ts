import { stat } from "node:fs/promises";
import path from "node:path";

import { openStore, shownUrl } from "@holdfast/connect";
import { saveArchive } from "@holdfast/migrate";
import type { Command } from "commander";

import { archiveName } from "../archive-name.ts";
import { archivePacking } from "../archive-packing.ts";
import { archiveFacts, archiveText } from "../archive-text.ts";
import type { CommandContext } from "../console.ts";
import { writeJson, writeLines } from "../write-lines.ts";

const help = `
The file is written beside its name, read back and proven whole, and only then gets its name. In a folder, the name is made of
the time. --encrypt takes the key from the variable HOLDFAST_ARCHIVE_KEY: 64 hexadecimal digits, from \`openssl rand -hex 32\`.

Examples:
  $ holdfast backup sqlite:./data/app.db ./backups
  $ HOLDFAST_ARCHIVE_KEY=$(cat key) holdfast backup postgres://me@localhost/app app.archive.gz --encrypt`;

interface BackupArguments {
  readonly gzip: boolean;
  readonly encrypt?: true;
  readonly json?: true;
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
    .addHelpText("after", help)
    .action((url: string, file: string, given: BackupArguments) => runBackup(url, file, given, context));
}

async function runBackup(
  url: string,
  file: string,
  { gzip, encrypt, json }: BackupArguments,
  { console, signal }: CommandContext,
): Promise<void> {
  const options = archivePacking({ gzip, encrypt, signal });
  const target = (await isFolder(file)) ? path.join(file, archiveName(new Date(), gzip)) : file;
  await using store = await openStore(url, { access: "read", signal });
  const info = await saveArchive(store, target, options);
  if (json === true) writeJson(console.out, { store: shownUrl(url), file: target, ...archiveFacts(info) });
  else writeLines(console.out, [`${target}: ${archiveText(info)}`]);
}

async function isFolder(file: string): Promise<boolean> {
  const facts = await stat(file).catch(() => undefined);
  return facts?.isDirectory() ?? false;
}
