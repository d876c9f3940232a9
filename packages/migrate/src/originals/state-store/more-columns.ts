import type { ImportLedger } from "../import-ledger.ts";
import type { MoreColumns } from "./read-row.ts";
import type { KnownTable } from "./tables.ts";

/** Fields of every entity, which no field of a document takes the place of. */
const ownFields: readonly string[] = ["id", "version", "createdAt", "updatedAt"];

/** The columns that the StateStore does not have, each noted, with the field of the document that it becomes. */
export function moreColumns(columns: readonly string[], known: KnownTable, ledger: ImportLedger): MoreColumns {
  const { table, columns: own } = known;
  const others = columns.filter((column) => own.every((each) => each.column !== column.toLowerCase()));
  const more = fieldNames(others, [...own.flatMap(({ field }) => field ?? []), known.created]);
  for (const [column, field] of more) {
    const reason = `the column ${JSON.stringify(column)} is not the StateStore's: it is kept as the field ${JSON.stringify(field)}`;
    ledger.note({ table, reason });
  }
  for (const { column } of missingColumns(columns, known)) {
    ledger.note({ table, reason: `there is no column "${column}": null stands for it` });
  }
  return more;
}

/** Columns with the fields that they become: by their own names, unless another field has that. */
export function fieldNames(columns: readonly string[], others: readonly string[] = []): MoreColumns {
  const taken = new Set([...ownFields, ...others]);
  const fields = new Map<string, string>();
  for (const column of columns) {
    let field = column;
    while (taken.has(field)) field = `${field}_column`;
    taken.add(field);
    fields.set(column, field);
  }
  return fields;
}

/** Columns of the StateStore that a table does not have. */
export function missingColumns(columns: readonly string[], { columns: own }: KnownTable): KnownTable["columns"] {
  const names = new Set(columns.map((column) => column.toLowerCase()));
  return own.filter(({ column }) => !names.has(column));
}
