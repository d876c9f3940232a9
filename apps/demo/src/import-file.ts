import type { Store } from "@holdfast/core";
import { importTinyDb } from "@holdfast/migrate";

/** Reads a file in TinyDB's format into a store; answers with the lines that say what it found. */
export async function importFile(file: URL, store: Store): Promise<readonly string[]> {
  const { tables, problems } = await importTinyDb(file, store);
  return [
    ...tables.map(({ table, rows, taken }) => `${table}: ${rows} rows, ${taken} records`),
    ...problems.map(({ table = "", row = "", kind, reason }) => `${table} ${row} was ${kind}: ${reason}`),
  ];
}
