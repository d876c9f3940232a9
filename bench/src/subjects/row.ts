import type { BenchDocument } from "../document.ts";

export const tenant = "default";

/** What one of our rows holds, by the names of its columns. */
export type Row = Readonly<Record<string, string | number>>;

/** A row of a document that is new; the stamps rise by one, as ours do. */
export function rowOf({ id, ...body }: BenchDocument, stamp: number): Row {
  return {
    _tenant: tenant,
    _id: id,
    _version: 1,
    _document_version: 1,
    _created: stamp,
    _updated: stamp,
    _change: stamp,
    _body: JSON.stringify(body),
    parentId: body.parentId,
    status: body.status,
  };
}

/** In the columns' own order; fails where a column is none that is known here. */
export function valuesOf(row: Row, columns: readonly string[]): readonly (string | number)[] {
  return columns.map((column) => {
    const value = row[column];
    if (value === undefined) throw new Error(`the limits by hand do not know the column ${column}`);
    return value;
  });
}

/** What a save replaces of a row that is there. */
export function replacedColumns(columns: readonly string[]): readonly string[] {
  return columns.filter((column) => !["_tenant", "_id", "_created"].includes(column));
}

/** Rising microseconds, as rows are stamped by. */
export function stampMaker(): () => number {
  let last = Date.now() * 1000;
  return () => (last += 1);
}

/** A document as it is read from its text. */
export function parseBody(text: string): { readonly status: string } {
  return JSON.parse(text) as { readonly status: string };
}
