/** What SQLite says of a file that is damaged, cut off or no database: SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_IOERR. */
const damageCodes: ReadonlySet<number> = new Set([10, 11, 26]);

/** Whether SQLite failed because of what stands in the file, and not because of what it was asked. */
export function isDamage(thrown: unknown): boolean {
  const code = resultCode(thrown);
  return code !== undefined && damageCodes.has(code & 0xff);
}

/** SQLite's number for what went wrong; undefined for what is no error of SQLite's. */
export function resultCode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !("errcode" in thrown)) return undefined;
  return typeof thrown.errcode === "number" ? thrown.errcode : undefined;
}

/** What `read` gives; undefined where the file is damaged there. */
export function unlessDamaged<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (isDamage(thrown)) return undefined;
    throw thrown;
  }
}
