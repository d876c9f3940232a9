import type { JsonValue } from "@holdfast/core";

import { cellText, type Cell } from "./cells.ts";
import { readJsonText } from "./json-text.ts";

/** Something about a cell that the report says. */
export interface CellProblem {
  readonly kind: "changed" | "noted";
  readonly reason: string;
  /** Within the cell's JSON. */
  readonly within?: readonly (string | number)[];
  readonly was?: string;
  readonly became?: string;
}

export interface CellReading<T> {
  readonly value: T;
  readonly problems: readonly CellProblem[];
}

const wholeTexts = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a cell in a column of texts, whatever stands in it; undefined for NULL. */
export function readText(cell: Cell): CellReading<string | undefined> {
  switch (cell.kind) {
    case "null":
      return { value: undefined, problems: [] };
    case "text":
      if (cell.damaged === undefined) return { value: cell.value, problems: [] };
      return changed(cell, cell.value, "some bytes are no text of the database's encoding");
    case "integer":
    case "real":
      return changed(cell, String(cell.value), "a number stands where a text belongs");
    case "blob":
      return changed(cell, textOf(cell.value) ?? base64(cell.value), "bytes stand where a text belongs");
    default:
      return cell satisfies never;
  }
}

/** The value of a cell in a column of JSON; `instead` is the text that stands for NULL, and what is not JSON stays text. */
export function readJson(cell: Cell, instead: string): CellReading<JsonValue> {
  if (cell.kind === "null") {
    const value = readJsonText(instead)?.value ?? null;
    return changed(cell, value, "NULL stands where a JSON text belongs");
  }
  const { value: text = "", problems } = readText(cell);
  const read = readJsonText(text);
  if (read === undefined)
    return changed(cell, text, "the text is no JSON that a document can hold: it is kept as a text");
  const changes = read.changes.map(({ path, ...change }) => ({ kind: "changed" as const, within: path, ...change }));
  const isJsonBytes = cell.kind === "blob" && textOf(cell.value) !== undefined;
  const about = isJsonBytes ? [{ kind: "noted" as const, reason: "JSON stands there as bytes" }] : problems;
  return { value: read.value, problems: [...about, ...changes] };
}

/** The value of a cell in a column that the StateStore does not have. */
export function readAny(cell: Cell): CellReading<JsonValue> {
  switch (cell.kind) {
    case "null":
      return { value: null, problems: [] };
    case "integer": {
      const value = Number(cell.value);
      if (Number.isSafeInteger(value)) return { value, problems: [] };
      return changed(cell, String(cell.value), "an integer is larger than a document's numbers hold exactly");
    }
    case "real":
      if (Number.isFinite(cell.value)) return { value: cell.value, problems: [] };
      return changed(cell, String(cell.value), "no JSON can hold this number");
    case "text":
    case "blob": {
      const { value = "", problems } = readText(cell);
      return { value, problems };
    }
    default:
      return cell satisfies never;
  }
}

function changed<T extends JsonValue>(cell: Cell, value: T, reason: string): CellReading<T> {
  return { value, problems: [{ kind: "changed", reason, was: cellText(cell), became: JSON.stringify(value) }] };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return wholeTexts.decode(bytes);
  } catch {
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
