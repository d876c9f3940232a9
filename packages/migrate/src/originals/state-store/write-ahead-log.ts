import { open, type FileHandle } from "node:fs/promises";

import { databaseHeader, type DatabaseHeader } from "./database-header.ts";
import { LogChecksum } from "./log-checksum.ts";

const logHeaderBytes = 32;
const frameHeaderBytes = 24;

/** What stands in the write-ahead log beside a database, as far as SQLite reads it. */
export interface WriteAheadLog {
  /** In bytes; undefined where the beginning of the log is damaged, so that nothing of it is read. */
  readonly pageSize: number | undefined;
  /** What the last commit that is read leaves behind; undefined where there is none. */
  readonly end: LogEnd | undefined;
  /** Commits that stand behind damage, so that they are not read. */
  readonly lostCommits: number;
}

interface LogEnd {
  /** Pages of the database. */
  readonly pages: number;
  /** The first page, where the log holds it. */
  readonly header: DatabaseHeader | undefined;
}

/** Reads through a log, one page at a time; undefined for one that nothing was written to. */
export async function readLog(path: string): Promise<WriteAheadLog | undefined> {
  const file = await open(path, "r");
  try {
    const header = Buffer.alloc(logHeaderBytes);
    if ((await file.read(header, 0, logHeaderBytes, 0)).bytesRead < logHeaderBytes) return undefined;
    const checksum = LogChecksum.ofHeader(header);
    if (checksum === undefined) return { pageSize: undefined, end: undefined, lostCommits: 0 };
    const pageSize = header.readUInt32BE(8);
    return { pageSize, ...(await readFrames(file, { pageSize, salt: header.subarray(16, 24), checksum })) };
  } finally {
    await file.close();
  }
}

/**
 * Why a log cannot be that of the database beside which it stands; undefined where it may be. SQLite itself takes any log
 * that is whole, and shows the other database's pages for this one's. A log carries no name, but it goes on from what
 * stands in the file: pages keep their size, the counters never fall, and a database shrinks only where its tables are
 * written anew.
 */
export function foreignLog({ pageSize, end }: WriteAheadLog, database: DatabaseHeader): string | undefined {
  if (end === undefined) return undefined;
  if (pageSize !== database.pageSize) return `its pages have ${pageSize} bytes, the database's ${database.pageSize}`;
  const { pages, header } = end;
  // A commit that changes the number of pages writes the first page, where that number stands.
  const isOtherSize = database.pages !== undefined && pages !== database.pages;
  if (header === undefined) return isOtherSize ? "it is of a database of another size" : undefined;
  if (header.schemaCookie < database.schemaCookie) return "it is of a database whose tables were changed less often";
  if (header.changes < database.changes) return "it is of a database that was changed less often";
  const isShorter = database.pages !== undefined && pages < database.pages;
  return isShorter && header.schemaCookie === database.schemaCookie ? "it is of a smaller database" : undefined;
}

/** Why something of a log is not read, in a sentence; undefined where all of it is. */
export function logDamage({ pageSize, lostCommits }: WriteAheadLog): string | undefined {
  if (pageSize === undefined) return "the write-ahead log is damaged at its beginning: nothing in it is read";
  return lostCommits === 0 ? undefined : `the write-ahead log is damaged: its last ${lostCommits} commits are not read`;
}

interface LogTurn {
  readonly pageSize: number;
  /** Of the log's present turn; what an earlier turn left behind has another. */
  readonly salt: Buffer;
  readonly checksum: LogChecksum;
}

async function readFrames(file: FileHandle, turn: LogTurn): Promise<Pick<WriteAheadLog, "end" | "lostCommits">> {
  const frame = Buffer.alloc(frameHeaderBytes + turn.pageSize);
  let [end, header]: [LogEnd | undefined, DatabaseHeader | undefined] = [undefined, undefined];
  let [isWhole, lostCommits] = [true, 0];
  for (let at = logHeaderBytes; ; at += frame.length) {
    if ((await file.read(frame, 0, frame.length, at)).bytesRead < frame.length) return { end, lostCommits };
    const isOfTurn = frame.subarray(8, 16).equals(turn.salt);
    isWhole &&= isOfTurn && turn.checksum.goesOnTo(frame);
    const pages = frame.readUInt32BE(4);
    if (!isWhole) {
      if (isOfTurn && pages > 0) lostCommits += 1;
      continue;
    }
    if (frame.readUInt32BE(0) === 1) header = databaseHeader(frame.subarray(frameHeaderBytes));
    if (pages > 0) end = { pages, header };
  }
}
