import type { RowStream } from "@holdfast/store-sql";
import { sql } from "kysely";

const special = /[\\\n\r\t]/;
const everySpecial = /[\\\n\r\t]/g;
const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const nothing = "\\N";

/**
 * Rows as COPY takes them, in its text form: what it cannot read as the column's type it refuses, and a column that an
 * administrator has made another of the same meaning takes them as before, which the binary form would not.
 */
export const rowStream: RowStream = {
  // Below that, the statement that is prepared is about as fast.
  rowsLeast: 50,
  compile(table, columns) {
    return sql`copy ${table} (${sql.join(columns.map(({ name }) => sql.ref(name)))}) from stdin`;
  },
  write: (rows) => rows.map((row) => `${row.map(cell).join("\t")}\n`).join(""),
};

function cell(value: unknown): string {
  if (value === null) return nothing;
  // All that a row has beside texts.
  if (typeof value !== "string") return `${value as number | bigint | boolean}`;
  return special.test(value) ? value.replace(everySpecial, (each) => escapes[each] ?? each) : value;
}
