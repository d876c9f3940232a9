import { checkId, type JsonObject, type JsonValue } from "@holdfast/core";

import { cellText, type Cell } from "./cells.ts";
import { originalTime } from "../original-time.ts";
import { readAny, readJson, readText, type CellProblem, type CellReading } from "./read-cell.ts";
import type { SourceRow } from "./source-table.ts";
import type { KnownColumn, KnownTable } from "./tables.ts";

/** Something about a row, by the column where it stands. */
export interface RowProblem extends Omit<CellProblem, "within"> {
  readonly path: readonly (string | number)[];
}

/** A row that can be a record. */
export interface ReadRow {
  readonly id: string;
  /** Without the text of the time of its creation, where that is no field of its own. */
  readonly body: JsonObject;
  readonly created: RowTime;
  /** In microseconds since the epoch; undefined where the row does not say when. */
  readonly updated: number | undefined;
  readonly problems: readonly RowProblem[];
}

/** What a row says of when it was made. */
export interface RowTime {
  readonly text: string | undefined;
  /** In microseconds since the epoch; undefined where the text is no time. */
  readonly microseconds: number | undefined;
}

/** Columns that the StateStore does not have, with the field that each becomes. */
export type MoreColumns = ReadonlyMap<string, string>;

/** A row's record, or why it cannot be one. */
export function readRow(known: KnownTable, row: SourceRow, more: MoreColumns): ReadRow | { readonly reason: string } {
  const id = readText(row.get(known.id) ?? { kind: "null" });
  const reason = idProblem(id.value);
  if (id.value === undefined || reason !== undefined) return { reason: reason ?? "has no id" };
  const problems: RowProblem[] = located(known.id, id.problems);
  const fields = known.columns.flatMap((column): readonly (readonly [string, JsonValue])[] => {
    const read = readColumn(column, row.get(column.column) ?? { kind: "null" });
    if (column.column !== known.id) problems.push(...located(column.column, read.problems));
    return column.field === undefined ? [] : [[column.field, read.value]];
  });
  const others = readFields(row, more);
  problems.push(...others.problems);
  const created = readText(row.get(known.created) ?? { kind: "null" }).value;
  const updated = known.updated === undefined ? undefined : readText(row.get(known.updated) ?? { kind: "null" }).value;
  return {
    id: id.value,
    body: Object.fromEntries([...fields, ...others.fields]),
    created: { text: created, microseconds: created === undefined ? undefined : originalTime(created) },
    updated: updated === undefined ? undefined : originalTime(updated),
    problems,
  };
}

/** Columns of which nothing is known but the field that each becomes. */
export function readFields(
  row: SourceRow,
  columns: MoreColumns,
): { readonly fields: readonly (readonly [string, JsonValue])[]; readonly problems: readonly RowProblem[] } {
  const read = [...columns].map(([column, field]) => {
    const { value, problems } = readAny(row.get(column.toLowerCase()) ?? { kind: "null" });
    return { field: [field, value] as const, problems: located(column, problems) };
  });
  return { fields: read.map(({ field }) => field), problems: read.flatMap(({ problems }) => problems) };
}

/** A row as it stands in the source, for the report: an object of its columns. */
export function rowText(row: SourceRow): string {
  return `{${[...row].map(([column, cell]) => `${JSON.stringify(column)}:${cellText(cell)}`).join(",")}}`;
}

function readColumn({ holds, instead }: KnownColumn, cell: Cell): CellReading<JsonValue> {
  if (holds === "jsonText") return readJson(cell, instead ?? "null");
  const { value, problems } = readText(cell);
  if (value !== undefined || instead === undefined) return { value: value ?? null, problems };
  const became = holds === "time" ? {} : { became: JSON.stringify(instead) };
  const missing = { kind: "changed", reason: "NULL stands where a text belongs", was: "NULL", ...became } as const;
  return { value: instead, problems: [missing] };
}

function located(column: string, problems: readonly CellProblem[]): RowProblem[] {
  return problems.map(({ within = [], ...problem }) => ({ ...problem, path: [column, ...within] }));
}

function idProblem(id: string | undefined): string | undefined {
  try {
    if (id !== undefined) checkId(id);
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** How much room a row takes, in what takes any: texts and bytes. */
export function bytesOf(row: SourceRow): number {
  let bytes = 0;
  for (const cell of row.values()) if (cell.kind === "text" || cell.kind === "blob") bytes += cell.value.length;
  return bytes;
}
