import { createHash } from "node:crypto";
import { archiveHeader, archiveTrailer } from "../archive-format.ts";
import type { ArchiveCount } from "../archive-format.ts";
import { ArchiveSection } from "../archive-section.ts";
import type { RecordText, Writer } from "../driver.ts";
import { HoldfastError } from "../errors.ts";
import type { Layout } from "../layout.ts";
import { parentsFirst } from "../parents-first.ts";
import type { TypeStats } from "../store.ts";
import { recordLine, tombstoneLine } from "./archived-line.ts";
import { writerOf } from "./call-options.ts";
import type { Deadline } from "./deadline.ts";
import type { OpenStoreParts } from "./open-store.ts";
import { prepareRows } from "./read.ts";
import type { Tombstone } from "../record.ts";

const pageRecords = 1_000;
/** Lines are written together up to about so many characters. */
const pieceCharacters = 64 * 1024;

/** Writes a text, unless the call ends first. */
type Write = (text: string) => Promise<void>;

/**
 * Writes an archive of all tenants as of one moment, in the form that `archiveFormat` describes. Closes the stream, or
 * aborts it where the archive is not whole: also where the call ends at its limits.
 */
export async function backupStore(
  parts: OpenStoreParts,
  to: WritableStream<string>,
  deadline: Deadline,
): Promise<void> {
  const writer = writerOf(to);
  const write: Write = (text) => deadline.until(writer.write(text));
  try {
    await write(
      await parts.driver.transaction("read", (reader) => writeContents(parts, reader, write), deadline.signal),
    );
    await deadline.until(writer.close());
  } catch (thrown) {
    const aborted = writer.abort(thrown).catch(() => undefined);
    // A stream that takes nothing more would hold up the answer too.
    await deadline.until(aborted).catch(() => undefined);
    throw thrown;
  }
}

/** All but the trailer, which it gives: what is written once the snapshot is let go. */
async function writeContents(parts: OpenStoreParts, reader: Writer, write: Write): Promise<string> {
  const hash = createHash("sha256");
  const hashed: Write = (text) => {
    hash.update(text);
    return write(text);
  };
  const { layout } = parts;
  const counts = sections(await reader.stats(), layout);
  const total = { records: 0, tombstones: 0 };
  await hashed(archiveHeader({ layout, counts }));
  for (const count of counts) {
    const section = new ArchiveSection(count);
    const records = await writeLines(recordPages(parts, reader, count), recordLine(section), hashed);
    const tombstones = await writeLines(tombstonePages(reader, count), tombstoneLine(section), hashed);
    if (records !== count.records || tombstones !== count.tombstones) throw miscounted(count, { records, tombstones });
    total.records += records;
    total.tombstones += tombstones;
  }
  return archiveTrailer({ ...total, hash: hash.digest("hex") });
}

/** What there is in each tenant, parents before their children. */
function sections(stats: readonly TypeStats[], layout: Layout): readonly ArchiveCount[] {
  const filled = stats.filter(({ records, tombstones }) => records + tombstones > 0);
  return [...Map.groupBy(filled, ({ tenant }) => tenant).values()].flatMap((own) => {
    const byType = new Map(own.map((each) => [each.type, each]));
    return parentsFirst([...byType.keys()], layout).flatMap((type) => byType.get(type) ?? []);
  });
}

/** A line is made when it is its turn: those of a whole page, and its documents, need not be in memory at once. */
async function writeLines<T>(
  pages: AsyncIterable<readonly T[]>,
  lineOf: (state: T) => string,
  write: Write,
): Promise<number> {
  let lines = 0;
  for await (const page of pages) {
    let piece = "";
    for (const state of page) {
      piece += lineOf(state);
      if (piece.length < pieceCharacters) continue;
      await write(piece);
      piece = "";
    }
    if (piece !== "") await write(piece);
    lines += page.length;
  }
  return lines;
}

async function* recordPages(
  { layout, lift, maxDocumentBytes }: OpenStoreParts,
  reader: Writer,
  { tenant, type }: ArchiveCount,
): AsyncIterable<readonly RecordText[]> {
  const scope = { tenant, layout, lift, maxDocumentBytes };
  let after: string | undefined;
  do {
    const query = { type, limit: pageRecords, ...(after === undefined ? {} : { after }) };
    const page = await prepareRows(scope, query)(reader);
    yield page.records;
    after = page.next;
  } while (after !== undefined);
}

async function* tombstonePages(reader: Writer, { tenant, type }: ArchiveCount): AsyncIterable<readonly Tombstone[]> {
  let after: string | undefined;
  do {
    const page = await reader.tombstones(tenant, type, after, pageRecords);
    yield page;
    after = page.length < pageRecords ? undefined : page.at(-1)?.id;
  } while (after !== undefined);
}

function miscounted(
  { tenant, type, records, tombstones }: ArchiveCount,
  found: Pick<ArchiveCount, "records" | "tombstones">,
): HoldfastError {
  return new HoldfastError(
    `the store counts ${records} records and ${tombstones} tombstones of "${type}" in tenant "${tenant}", and has ${found.records} and ${found.tombstones}`,
    { code: "STORE_CORRUPT", details: { tenant, type } },
  );
}
