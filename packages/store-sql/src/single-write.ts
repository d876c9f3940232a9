import { encodeColumnText } from "@holdfast/core";
import type { DriverOp, Expect } from "@holdfast/core";

import { encodeValue } from "./record-codec.ts";
import type { AtOnceDialect, SqlDialect } from "./sql-dialect.ts";
import type { StoredModel } from "./stored-model.ts";
import type { Table } from "./tables.ts";

export type SingleOp = Extract<DriverOp, { kind: "put" | "delete" }>;

/** A put or a delete, as one statement does it. */
export interface SingleWrite {
  readonly dialect: AtOnceDialect;
  readonly kind: SingleOp["kind"];
  readonly table: Table;
  readonly expect: Expect;
  /** Fields whose stored values have to be those given. */
  readonly matched: readonly string[];
  /** In the order of `singleSlots`. */
  readonly values: readonly unknown[];
}

/** The places of the values. Those of the table's fields follow, and then those of the matched ones. */
export const singleSlots = {
  tenant: 0,
  type: 1,
  id: 2,
  /** Of the model that it is made for. */
  epoch: 3,
  stamp: 4,
  /** The version that is expected; 0 where none is. */
  expected: 5,
  documentVersion: 6,
  text: 7,
  fields: 8,
} as const;

/** Whether an op does no more than to write one row, as it is given, and whether it may is for SQL to tell. */
export function isSingle(model: StoredModel, op: DriverOp): op is SingleOp {
  const { copy } = model.writtenTables(op.type);
  const table = model.table(op.type);
  if (copy !== undefined || (table.coming?.length ?? 0) > 0) return false;
  if (op.kind === "delete") return op.expect !== "absent";
  if (op.kind !== "put" || op.after !== undefined || !canMatch(table, op)) return false;
  const isNewest = table.layout === undefined || op.documentVersion >= table.layout.schemaVersion;
  return isNewest && table.fields.every(({ field }) => op.fields.has(field));
}

/** A value of another kind than its column's is none that the column holds. */
function canMatch({ fields }: Table, { expect, match }: Extract<SingleOp, { kind: "put" }>): boolean {
  if (match === undefined) return true;
  const kinds = new Map(fields.map(({ field, kind }) => [field, kind]));
  const fits = [...match].every(
    ([field, value]) => kinds.has(field) && (value === null || typeof value === kinds.get(field)),
  );
  return fits && expect !== "absent";
}

/** Only for a dialect that has statements for it. */
export function singleWrite(dialect: SqlDialect, model: StoredModel, op: SingleOp, stamp: number): SingleWrite {
  const { atOnce } = dialect;
  if (atOnce === undefined) throw new TypeError("the dialect has no statements for a write at once");
  const { kind, tenant, type, expect } = op;
  const table = model.table(type);
  const expected = typeof expect === "number" ? expect : 0;
  const values: unknown[] = [tenant, type, encodeColumnText(op.id), model.epoch, stamp, expected];
  if (kind === "delete") return { dialect: atOnce, kind, table, expect, matched: [], values };
  values.push(op.documentVersion, op.text);
  for (const { field } of table.fields) values.push(encodeValue(dialect, op.fields.get(field) ?? null));
  for (const value of op.match?.values() ?? []) values.push(encodeValue(dialect, value));
  return { dialect: atOnce, kind, table, expect, matched: [...(op.match?.keys() ?? [])], values };
}
