import { knownTables, type KnownColumn, type KnownTable } from "./tables.ts";

const indexes: readonly string[] = [
  "CREATE INDEX idx_intel_items_run_id ON intel_items(run_id)",
  "CREATE INDEX idx_intel_items_created_at ON intel_items(created_at)",
];

/** The StateStore's tables and indexes, as its last version makes them. */
export const createTables: readonly string[] = [...knownTables.map(createTable), ...indexes];

/** The statement that adds a row, its values in the order of the columns. */
export function insertRow({ table, columns }: KnownTable): string {
  return `INSERT INTO ${table} (${columns.map(({ column }) => column).join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
}

function createTable({ table, columns, id, isOfRun }: KnownTable): string {
  const definitions = columns.map((column) => `${column.column} TEXT${ruleOf(column, id)}`);
  const references = isOfRun ? ["FOREIGN KEY (run_id) REFERENCES runs(run_id)"] : [];
  return `CREATE TABLE ${table} (${[...definitions, ...references].join(", ")})`;
}

function ruleOf({ column, instead }: KnownColumn, id: string): string {
  if (column === id) return " PRIMARY KEY";
  return instead === undefined ? "" : " NOT NULL";
}
