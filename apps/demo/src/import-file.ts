import { readFile } from "node:fs/promises";

import type { Store } from "@holdfast/core";
import { readTinyDb } from "@holdfast/migrate";

/** When the first row of the sample counts as created: the day that its jobs were made. */
const sampleDay = Date.UTC(2025, 7, 5) * 1000;

/** Reads a file in TinyDB's format into an empty store, in one batch; answers with the lines that say what it found. */
export async function importFile(file: URL, store: Store): Promise<readonly string[]> {
  const { records, report } = readTinyDb(await readFile(file, "utf8"), { created: sampleDay });
  await store.write(records.map((restore) => ({ restore })));
  return [
    ...report.tables.map(({ table, rows, records: kept }) => `  ${table}: ${rows} rows, ${kept} records`),
    ...report.skipped.map(({ table, number, reason }) => `  ${table} ${number} was left out: ${reason}`),
  ];
}
