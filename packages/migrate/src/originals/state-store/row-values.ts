import type { JsonValue, StoredRecord } from "@holdfast/core";

import { readJsonText } from "./json-text.ts";
import { pythonLine } from "./python-line.ts";
import { originalTimeText } from "../original-time.ts";
import type { KnownColumn, KnownTable } from "./tables.ts";

/** Something of a record that its row does not say as the record does. */
export interface ValueProblem {
  readonly path: readonly [string];
  readonly reason: string;
  readonly was: string;
  readonly became?: string;
}

export interface RowValues {
  /** In the order of the columns. */
  readonly values: readonly (string | null)[];
  readonly problems: readonly ValueProblem[];
}

/** The row of a record in the StateStore's table. */
export function rowValues(known: KnownTable, record: StoredRecord): RowValues {
  const problems: ValueProblem[] = [];
  const values = known.columns.map((column) => {
    if (column.column === known.id) return record.id;
    if (column.field === undefined) return createdText(known, record);
    const held = Object.hasOwn(record.body, column.field) ? record.body[column.field] : undefined;
    const { value, problem } = column.holds === "jsonText" ? jsonCell(column, held) : textCell(column, held);
    if (problem !== undefined) problems.push({ path: [column.field], ...problem });
    return value;
  });
  for (const [field, held] of Object.entries(record.body)) {
    if (field === known.created || known.columns.some((column) => column.field === field)) continue;
    problems.push({ path: [field], reason: "there is no column for the field", was: JSON.stringify(held) });
  }
  return { values, problems };
}

interface CellValue {
  readonly value: string | null;
  readonly problem?: Omit<ValueProblem, "path">;
}

/** As it stood in the file that the record came from, where it did. */
function createdText({ created }: KnownTable, record: StoredRecord): string {
  const kept = Object.hasOwn(record.body, created) ? record.body[created] : undefined;
  return typeof kept === "string" ? kept.toWellFormed() : originalTimeText(record.created);
}

function jsonCell({ instead = "null" }: KnownColumn, held: JsonValue | undefined): CellValue {
  return { value: pythonLine(held === undefined ? (readJsonText(instead)?.value ?? null) : held) };
}

function textCell({ instead }: KnownColumn, held: JsonValue | undefined): CellValue {
  if (typeof held === "string") return wellFormed(held);
  if (held === undefined || held === null) {
    return instead === undefined ? { value: null } : became(held ?? null, instead, "the column takes no null");
  }
  return became(held, JSON.stringify(held), "the column holds texts");
}

function wellFormed(held: string): CellValue {
  return held.isWellFormed()
    ? { value: held }
    : became(held, held.toWellFormed(), "no text of a database has half a surrogate pair");
}

function became(held: JsonValue, value: string, reason: string): CellValue {
  return { value, problem: { reason, was: JSON.stringify(held), became: JSON.stringify(value) } };
}
