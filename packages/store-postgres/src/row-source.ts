import { slot } from "@holdfast/store-sql";
import type { Column, ColumnKind, RowSource } from "@holdfast/store-sql";
import { sql } from "kysely";
import type { RawBuilder } from "kysely";

import { rowStream } from "./row-stream.ts";

/** Types as casts name them; a text column's collation is said where it is made. */
export const casts: Readonly<Record<ColumnKind, string>> = {
  string: "text",
  number: "double precision",
  boolean: "boolean",
  integer: "bigint",
  document: "json",
  change: "xid8",
};

/** Between documents: JSON text never holds a control character as itself. */
const separator = "\u001e";

/**
 * Rows as two parameters, however many they are, so a statement has one text: the short columns as JSON, and the
 * documents one behind the other, since reading them as JSON within JSON took as long as storing them.
 */
export const rowSource: RowSource = {
  rowsMost: 1_000,
  stream: rowStream,
  compile(columns) {
    const taken = columns.map(({ kind }, at) => {
      const cell = sql.ref(`r.${cellName(at)}`);
      return kind === "document" ? sql`${cell}::json` : cell;
    });
    const short = columns.map(cellOf).filter(({ kind }) => kind !== "document");
    const long = columns.map(cellOf).filter(({ kind }) => kind === "document");
    const types = short.map(({ name, kind }) => sql`${sql.ref(name)} ${sql.raw(casts[kind])}`);
    const sources: RawBuilder<unknown>[] = [sql`json_to_recordset(${slot(0)}::json) as (${sql.join(types)})`];
    if (long.length > 0) sources.push(sql`unnest(string_to_array(${slot(1)}::text, ${sql.lit(separator)}))`);
    const names = [...short, ...long].map(({ name }) => sql.ref(name));
    return sql`select ${sql.join(taken)} from rows from (${sql.join(sources)}) as r(${sql.join(names)})`;
  },
  bind(columns, rows) {
    const names = columns.map(({ kind }, at) => (kind === "document" ? undefined : cellName(at)));
    const documents: unknown[] = [];
    const short = rows.map((row) => {
      const cells: Record<string, unknown> = {};
      names.forEach((name, at) => {
        const value = row[at];
        if (name === undefined) documents.push(value);
        else cells[name] = typeof value === "bigint" ? String(value) : value;
      });
      return cells;
    });
    return [JSON.stringify(short), documents.join(separator)];
  },
};

function cellOf({ kind }: Column, at: number): Column {
  return { name: cellName(at), kind };
}

function cellName(at: number): string {
  return `c${at}`;
}
