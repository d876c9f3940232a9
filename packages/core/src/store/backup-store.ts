import { createHash } from "node:crypto";
import { archiveHeader, archiveRecord, archiveTombstone, archiveTrailer } from "../archive-format.ts";
import type { ArchiveCount } from "../archive-format.ts";
import { ArchiveSection, isArchivedRecord, isArchivedTombstone } from "../archive-section.ts";
import type { Writer } from "../driver.ts";
import { HoldfastError } from "../errors.ts";
import type { Layout } from "../layout.ts";
import { parentsFirst } from "../parents-first.ts";
import type { TypeStats } from "../store.ts";
import { writerOf } from "./call-options.ts";
import type { Deadline } from "./deadline.ts";
import type { OpenStoreParts } from "./open-store.ts";
import { prepareFind } from "./read.ts";
import type { StoredRecord, Tombstone } from "../record.ts";

const pageRecords = 1_000;
/** Lines are written together up to about so many characters. */
const pieceCharacters = 256 * 1024;

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
    const records = await writeLines(recordLines(parts, reader, count, section), hashed);
    const tombstones = await writeLines(tombstoneLines(reader, count, section), hashed);
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

async function writeLines(pages: AsyncIterable<readonly string[]>, write: Write): Promise<number> {
  let lines = 0;
  for await (const page of pages) {
    let piece = "";
    for (const line of page) {
      piece += line;
      if (piece.length < pieceCharacters) continue;
      await write(piece);
      piece = "";
    }
    if (piece !== "") await write(piece);
    lines += page.length;
  }
  return lines;
}

async function* recordLines(
  { layout, lift, maxDocumentBytes }: OpenStoreParts,
  reader: Writer,
  { tenant, type }: ArchiveCount,
  section: ArchiveSection,
): AsyncIterable<readonly string[]> {
  const lineOf = (record: StoredRecord): string => {
    const problem = isArchivedRecord(record) ? section.placeRecord(record) : unheard;
    if (problem !== undefined) throw misplaced(record, problem);
    return archiveRecord(record);
  };
  const scope = { tenant, layout, lift, maxDocumentBytes };
  let after: string | undefined;
  do {
    const query = { type, limit: pageRecords, ...(after === undefined ? {} : { after }) };
    const page = await prepareFind(scope, query)(reader);
    yield page.records.map(lineOf);
    after = page.next;
  } while (after !== undefined);
}

async function* tombstoneLines(
  reader: Writer,
  { tenant, type }: ArchiveCount,
  section: ArchiveSection,
): AsyncIterable<readonly string[]> {
  const lineOf = (tombstone: Tombstone): string => {
    const problem = isArchivedTombstone(tombstone) ? section.placeTombstone(tombstone) : unheard;
    if (problem !== undefined) throw misplaced(tombstone, problem);
    return archiveTombstone(tombstone);
  };
  let after: string | undefined;
  do {
    const page = await reader.tombstones(tenant, type, after, pageRecords);
    yield page.map(lineOf);
    after = page.length < pageRecords ? undefined : page.at(-1)?.id;
  } while (after !== undefined);
}

const unheard = "its id, its version or its times are none that were ever written";

/** An archive with it would be refused by who reads it. */
function misplaced({ tenant, type, id }: StoredRecord | Tombstone, problem: string): HoldfastError {
  return new HoldfastError(`a "${type}" in tenant "${tenant}" cannot stand in an archive: ${problem}`, {
    code: "STORE_CORRUPT",
    details: { tenant, type, id },
  });
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
