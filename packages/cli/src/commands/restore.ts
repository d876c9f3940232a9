import { openStore, shownUrl } from "@holdfast/connect";
import type { Store } from "@holdfast/core";
import { archiveFile, inspectArchive, restoreArchive, saveArchive, type ArchiveInfo } from "@holdfast/migrate";
import type { Command } from "commander";

import { archiveName } from "../archive-name.ts";
import { archiveKey, askingForKey } from "../archive-secret.ts";
import { archiveFacts, restoreText } from "../archive-text.ts";
import { confirmed, notConfirmed } from "../confirmed.ts";
import type { CommandContext } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { progressOption, showProgress, type ProgressForm } from "../progress.ts";
import { writeJson, writeLines } from "../write-lines.ts";

const help = `
The archive is read and proven whole before anything is written. An empty store gets everything as it was; a restore that was
interrupted is completed by the same command. A store with other contents is refused, unless --replace says that they are to
go: then they are first written to a safety copy, which is never removed. An encrypted archive needs its key in the variable
HOLDFAST_ARCHIVE_KEY, and its safety copy is encrypted too.

Examples:
  $ holdfast restore sqlite:./data/app.db app.archive.gz
  $ holdfast restore postgres://me@localhost/app app.archive.gz --replace --safety-copy before.archive.gz`;

interface RestoreArguments {
  readonly progress: ProgressForm;
  readonly replace?: true;
  readonly safetyCopy?: string;
  readonly yes?: true;
  readonly json?: true;
}

export function addRestoreCommand(program: Command, context: CommandContext): void {
  program
    .command("restore")
    .summary("restores an archive into a store")
    .description("Restores everything in an archive, with versions, times and tenants, and compares both afterwards.")
    .argument("<url>", "the store")
    .argument("<file>", "the archive")
    .option("--replace", "replace what is in the store, after a safety copy")
    .option("--safety-copy <file>", "where to keep what is replaced (default: a new file beside the archive)")
    .option("--yes", "replace without asking")
    .addOption(progressOption())
    .option("--json", "print the report, or the error, as JSON")
    .addHelpText("after", help)
    .action((url: string, file: string, given: RestoreArguments) => runRestore(url, file, given, context));
}

async function runRestore(url: string, file: string, given: RestoreArguments, context: CommandContext): Promise<void> {
  const { console, signal, exitWith } = context;
  const source = archiveFile(file);
  const key = archiveKey();
  const reading = { signal, ...(key === undefined ? {} : { key }) };
  const archive = await inspectArchive(source, reading).catch((thrown: unknown) => {
    throw key === undefined ? askingForKey(thrown) : thrown;
  });
  await using store = await openStore(url, { model: { layout: archive.layout }, keepTombstonesMs: Infinity, signal });
  const copy = given.safetyCopy ?? `${file}.before.${archiveName(new Date(), archive.gzip)}`;
  const progress = showProgress(console.error, "restored", given.progress);
  try {
    const report = await restoreArchive(store, source, {
      ...reading,
      ...(given.replace === true ? { replace: { safetyCopy: (of) => replaceable(of, copy, archive) } } : {}),
      onProgress: ({ restored, total }) => progress.update(restored, total),
    });
    progress.stop();
    const kept = report.into === "replaced" ? { safetyCopy: copy } : {};
    const facts = { store: shownUrl(url), ...report, archive: archiveFacts(report.archive), ...kept };
    if (given.json === true) writeJson(console.out, facts);
    else writeLines(console.out, restoreText(report));
    if (!report.equal) exitWith(exitCodes.different);
  } finally {
    progress.stop();
  }

  async function replaceable(of: Store, safetyCopy: string, { gzip, encrypted }: ArchiveInfo): Promise<void> {
    const { records } = await of.stats();
    const question = `Replace the ${records} records in ${shownUrl(url)}, after a copy to ${safetyCopy}?`;
    if (given.yes !== true && !(await confirmed(context, question))) {
      throw notConfirmed("nothing was changed; --yes replaces without asking");
    }
    await saveArchive(of, safetyCopy, { signal, gzip, ...(encrypted && key !== undefined ? { key } : {}) });
    writeLines(console.error, [`what was in the store is kept in ${safetyCopy}`]);
  }
}
