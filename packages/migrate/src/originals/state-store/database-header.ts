/** What the first page of an SQLite database says of the file, as far as it is needed here. */
export interface DatabaseHeader {
  /** In bytes. */
  readonly pageSize: number;
  /** Rises with commits, and never falls. */
  readonly changes: number;
  /** Pages of the whole database; undefined where a program wrote it that did not keep count. */
  readonly pages: number | undefined;
  /** Rises with each change of the tables, and never falls. */
  readonly schemaCookie: number;
}

/** Bytes of the header. */
export const headerBytes = 100;
const magic = Buffer.from("SQLite format 3\0", "latin1");

/** The header that a database's first page begins with; undefined where it is not one. */
export function databaseHeader(page: Buffer): DatabaseHeader | undefined {
  if (page.length < headerBytes || !page.subarray(0, magic.length).equals(magic)) return undefined;
  const [size, changes] = [page.readUInt16BE(16), page.readUInt32BE(24)];
  return {
    pageSize: size === 1 ? 65_536 : size,
    changes,
    pages: changes === page.readUInt32BE(92) ? page.readUInt32BE(28) : undefined,
    schemaCookie: page.readUInt32BE(40),
  };
}
