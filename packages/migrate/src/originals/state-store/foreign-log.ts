import { open, type FileHandle } from "node:fs/promises";

import { databaseHeader, headerBytes, type DatabaseHeader } from "./database-header.ts";

const logHeaderBytes = 32;
const frameHeaderBytes = 24;

/** What the commits in a write-ahead log leave behind. */
interface LogEnd {
  /** Pages of the database after the last commit. */
  readonly pages: number;
  /** The first page as the last commit leaves it, where the log holds it. */
  readonly header: DatabaseHeader | undefined;
}

/**
 * Why a write-ahead log cannot be that of the database beside which it stands; undefined where it may be. SQLite itself
 * takes any log that is whole, and shows the other database's pages for this one's. A log carries no name, but it goes on
 * from what stands in the file: pages keep their size, the counters never fall, and a database shrinks only where its
 * tables are written anew.
 */
export async function foreignLog(path: string, database: DatabaseHeader): Promise<string | undefined> {
  const file = await open(path, "r");
  try {
    const header = Buffer.alloc(logHeaderBytes);
    if ((await file.read(header, 0, logHeaderBytes, 0)).bytesRead < logHeaderBytes) return undefined;
    const isLog = (header.readUInt32BE(0) & 0xfffffffe) >>> 0 === 0x377f0682;
    if (!isLog) return undefined;
    const pageSize = header.readUInt32BE(8);
    const end = await logEnd(file, pageSize, header.subarray(16, 24));
    if (end === undefined) return undefined;
    if (pageSize !== database.pageSize) return `its pages have ${pageSize} bytes, the database's ${database.pageSize}`;
    return fallen(end, database);
  } finally {
    await file.close();
  }
}

function fallen({ pages, header }: LogEnd, database: DatabaseHeader): string | undefined {
  // A commit that changes the number of pages writes the first page, where that number stands.
  const isOtherSize = database.pages !== undefined && pages !== database.pages;
  if (header === undefined) return isOtherSize ? "it is of a database of another size" : undefined;
  if (header.schemaCookie < database.schemaCookie) return "it is of a database whose tables were changed less often";
  if (header.changes < database.changes) return "it is of a database that was changed less often";
  const isShorter = database.pages !== undefined && pages < database.pages;
  return isShorter && header.schemaCookie === database.schemaCookie ? "it is of a smaller database" : undefined;
}

/** Reads the frames of the log's present turn; what an earlier turn left behind them has another salt. */
async function logEnd(file: FileHandle, pageSize: number, salt: Buffer): Promise<LogEnd | undefined> {
  const frame = Buffer.alloc(frameHeaderBytes + headerBytes);
  let end: LogEnd | undefined;
  let header: DatabaseHeader | undefined;
  for (let at = logHeaderBytes; ; at += frameHeaderBytes + pageSize) {
    const { bytesRead } = await file.read(frame, 0, frame.length, at);
    if (bytesRead < frame.length || !frame.subarray(8, 16).equals(salt)) return end;
    if (frame.readUInt32BE(0) === 1) header = databaseHeader(frame.subarray(frameHeaderBytes));
    const pages = frame.readUInt32BE(4);
    if (pages > 0) end = { pages, header };
  }
}
