import type { JsonObject, JsonValue } from "@holdfast/core";

import {
  isLosslessList,
  isLosslessObject,
  type JsonPath,
  type LosslessJson,
  losslessText,
  type LosslessObject,
} from "./lossless-json.ts";
import { storableJson, storableNumber, type ValueChange } from "./storable-json.ts";
import { type Field, fieldOf, type Fields, type KnownTable } from "./tinydb-fields.ts";

export interface RowContext {
  readonly id: string;
  readonly known: KnownTable;
  /** What a reference to a row of that table becomes. */
  readonly follow: (table: "Job" | "Case", reference: LosslessJson) => LosslessJson;
  readonly onChange: (change: ValueChange) => void;
}

/**
 * The document of a row: the known fields of its table in camelCase, everything else as it is, and its id only where its
 * table's records keep one. What no store can hold is changed, and told.
 */
export function convertRow(row: LosslessObject, context: RowContext): JsonObject {
  const { id, known, onChange } = context;
  const held = row.get("id");
  if (held !== undefined && held !== id) {
    onChange({ path: ["id"], reason: "a record's id is a text", was: losslessText(held), became: JSON.stringify(id) });
  }
  const document = new Map(known.keepsId ? [...row, ["id", id] as const] : row);
  if (!known.keepsId) document.delete("id");
  return convertObject(document, { ...context, fields: known.fields, path: [] });
}

interface Spot extends RowContext {
  readonly fields: Fields | undefined;
  readonly path: JsonPath;
}

function convertObject(value: LosslessObject, spot: Spot): JsonObject {
  const convert = ([name, held]: readonly [string, LosslessJson]): readonly [string, JsonValue] => {
    const field = fieldOf(spot.fields, name, value);
    const path = [...spot.path, name];
    if (field === undefined) return [name, storableJson(held, spot.onChange, path)];
    const to = field.to !== name && value.has(field.to) ? name : field.to;
    return [to, convertField(held, field, { ...spot, fields: field.within, path })];
  };
  return Object.fromEntries([...value].map(convert));
}

function convertField(value: LosslessJson, field: Field, spot: Spot): JsonValue {
  if (field.link !== undefined) return convertLink(value, field.link, spot);
  const { path, onChange } = spot;
  if (isLosslessList(value)) {
    return value.map((each, at) => {
      const inner = { ...spot, path: [...path, at] };
      return field.links === undefined ? convertField(each, field, inner) : convertLink(each, field.links, inner);
    });
  }
  if (isLosslessObject(value)) return convertObject(value, spot);
  if (typeof value !== "number" && typeof value !== "bigint") return value;
  const isNumber = field.number !== undefined;
  return storableNumber(value, onChange, { path, isNumber, notFinite: field.notFinite ?? null });
}

function convertLink(value: LosslessJson, table: "Job" | "Case", { follow, path, onChange }: Spot): JsonValue {
  const led = follow(table, value);
  if (led === value || typeof led !== "string") return storableJson(value, onChange, path);
  const reason = "what it refers to has a text for an id now";
  onChange({ path, reason, was: losslessText(value), became: JSON.stringify(led) });
  return led;
}
