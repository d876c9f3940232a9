import { knownTables } from "./tables.ts";
import type { ImportLedger } from "../import-ledger.ts";
import type { ImportRow } from "../import-writer.ts";
import { typesOf } from "../tinydb-types.ts";
import { fieldNames } from "./more-columns.ts";
import { bytesOf, readFields, rowText } from "./read-row.ts";
import type { SourceTable } from "./source-table.ts";

/** The types that tables become which the StateStore does not have: never one of its own. */
export function otherTypes(tables: readonly string[]): ReadonlyMap<string, string> {
  const own = new Set(knownTables.map(({ type }) => type.toLowerCase()));
  const named = new Map(tables.map((table) => [table, own.has(table.toLowerCase()) ? `${table}_table` : table]));
  const types = typesOf([...named.values()]);
  return new Map([...named].map(([table, name]) => [table, types.get(name) ?? name]));
}

export interface OtherTableOptions {
  readonly type: string;
  readonly tenant: string;
  readonly ledger: ImportLedger;
  /** After when its records count as created, in microseconds since the epoch. */
  readonly after: number;
}

/** The rows of a table that the StateStore does not have, as records under their row numbers. */
export function* readOtherTable(source: SourceTable, options: OtherTableOptions): Generator<ImportRow> {
  const { type, tenant, ledger } = options;
  const { name: table } = source;
  const { numbers, mayLack } = source.rowNumbers();
  const columns = fieldNames(source.columns);
  ledger.addTable({ table, type, rows: numbers.length });
  const name = JSON.stringify(type);
  ledger.note({
    table,
    reason: `is no table of the StateStore: its rows are of the type ${name}, under their numbers`,
  });
  if (mayLack) ledger.refuse({ table, reason: "the file is damaged: there may be rows that nothing leads to" });
  let created = options.after;
  for (const number of numbers) {
    const id = String(number);
    const row = source.row(number);
    if (row === undefined) {
      ledger.refuse({ table, row: id, id, reason: "the file is damaged where the row stands" });
      continue;
    }
    const { fields, problems } = readFields(row, columns);
    const was = (): string => rowText(row);
    if (problems.length > 0 && ledger.leavesOutChanged) {
      ledger.refuse({ table, row: id, id, reason: "would have to be changed", was: was() });
      continue;
    }
    for (const { kind: _kind, ...problem } of problems) ledger.change({ table, row: id, id, ...problem });
    created += 1;
    const body = Object.fromEntries(fields);
    const record = { type, tenant, id, version: 1, documentVersion: 1, created, updated: created, body };
    yield { record, table, row: id, bytes: bytesOf(row), was };
  }
}
