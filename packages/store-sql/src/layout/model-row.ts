import { HoldfastError } from "@holdfast/core";
import type { Layout } from "@holdfast/core";

import { readNumber, readText } from "../record-codec.ts";
import type { Row } from "../sql-connections.ts";
import type { SqlContext } from "../sql-context.ts";
import type { Statement } from "../statement.ts";
import { StoredModel } from "../stored-model.ts";
import { epochTable } from "../tables.ts";

/** Of the tables themselves: raised when they change in a way that older code cannot work with. */
export const layoutFormat = 1;

export function readModelStatement({ builder }: SqlContext): Statement {
  return builder.selectFrom(epochTable).select(["epoch", "format", "model"]).compile();
}

/** LAYOUT_NEWER where newer code made the tables. */
export function storedModelOf(row: Row | undefined): StoredModel {
  if (row === undefined) throw corruptModel();
  const format = readNumber(row, "format");
  if (format > layoutFormat) {
    throw new HoldfastError(
      `the store has layout ${format}; this version of Holdfast knows layouts up to ${layoutFormat}`,
      {
        code: "LAYOUT_NEWER",
        details: { format, known: layoutFormat },
      },
    );
  }
  return new StoredModel(readNumber(row, "epoch"), parseLayout(readText(row, "model")));
}

/** A layout as text that is equal for equal layouts, whatever order their properties were written in. */
export function layoutText({ types }: Layout): string {
  return JSON.stringify({
    types: types.map(({ type, schemaVersion, fields, indexes, references }) => ({
      type,
      schemaVersion,
      fields: fields.map(({ name, kind }) => ({ name, kind })),
      indexes: indexes.map((index) => ({ fields: index.fields, unique: index.unique })),
      references: references.map(({ field, to, onDelete, mirror }) => ({ field, to, onDelete, mirror })),
    })),
  });
}

function parseLayout(text: string): Layout {
  let cause: unknown;
  try {
    const layout: unknown = JSON.parse(text);
    if (isLayout(layout)) return layout;
  } catch (thrown) {
    cause = thrown;
  }
  throw corruptModel(cause);
}

/** Only `layoutText` writes it, so a look at its outline tells it from damage. */
function isLayout(value: unknown): value is Layout {
  if (typeof value !== "object" || value === null || !("types" in value) || !Array.isArray(value.types)) return false;
  return value.types.every(
    (each: unknown) =>
      typeof each === "object" &&
      each !== null &&
      "type" in each &&
      typeof each.type === "string" &&
      "fields" in each &&
      Array.isArray(each.fields) &&
      "indexes" in each &&
      Array.isArray(each.indexes) &&
      "references" in each &&
      Array.isArray(each.references),
  );
}

function corruptModel(cause?: unknown): HoldfastError {
  return new HoldfastError("the model that the store keeps of itself cannot be read", { code: "STORE_CORRUPT", cause });
}
