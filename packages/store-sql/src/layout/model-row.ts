import { HoldfastError } from "@holdfast/core";
import type { Layout } from "@holdfast/core";
import { sql } from "kysely";

import { readNumber, readText } from "../record-codec.ts";
import type { Row } from "../sql-connections.ts";
import type { SqlContext } from "../sql-context.ts";
import type { Statement } from "../statement.ts";
import { StoredModel } from "../stored-model.ts";
import { epochTable, outdatedTable, workTable } from "../tables.ts";

/** Of the tables themselves: raised when they change in a way that older code cannot work with. */
export const layoutFormat = 1;

const modelColumns = ["epoch", "format", "model", "coming"] as const;

export function readModelStatement({ builder }: SqlContext): Statement {
  return builder.selectFrom(epochTable).select(modelColumns).compile();
}

/** The model, and whether anything is left to do for it. */
export function readOpeningStatement({ builder }: SqlContext): Statement {
  const anyOf = (table: string) => builder.selectFrom(table).select("_type").limit(1);
  return builder
    .selectFrom(epochTable)
    .select(modelColumns)
    .select(sql`coalesce(${anyOf(workTable)}, ${anyOf(outdatedTable)})`.as("work"))
    .compile();
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
  const { coming } = row;
  const next = typeof coming === "string" ? parseLayout(coming) : undefined;
  return new StoredModel(readNumber(row, "epoch"), parseLayout(readText(row, "model")), next);
}

/** Writes a model into the epoch row: whoever reads the row from then on goes by it. */
export function writeModelStatement({ builder }: SqlContext, { epoch, layout, coming }: StoredModel): Statement {
  const row = { epoch, model: layoutText(layout), coming: coming === undefined ? null : layoutText(coming) };
  return builder.updateTable(epochTable).set(row).compile();
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
