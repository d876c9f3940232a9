import { typeLayout } from "@holdfast/core";
import type { Layout, TypeLayout } from "@holdfast/core";
import { sql } from "kysely";

import { readText } from "../record-codec.ts";
import type { RunStatements } from "../model-cache.ts";
import type { Row } from "../sql-connections.ts";
import type { SqlContext } from "../sql-context.ts";
import type { Statement } from "../statement.ts";
import type { StoredModel } from "../stored-model.ts";
import { declaredTable, sharedTable, workTable } from "../tables.ts";
import { allOf } from "../where.ts";
import type { Predicate } from "../where.ts";
import type { Upgrade } from "./upgrade.ts";

/**
 * What is to be done with the records of a type. `move`: copy them into the table of their own. `fill`: fill the columns
 * of all of them, `lift`: of those of older forms. `clean`: take those out of the shared table that have a table of their
 * own by now.
 */
export type WorkKind = "move" | "fill" | "lift" | "clean";

export interface Work {
  readonly type: string;
  readonly kind: WorkKind;
  /** The key of the last record that is done; undefined at the beginning. */
  readonly place: Row | undefined;
}

const kinds: readonly WorkKind[] = ["move", "fill", "lift", "clean"];

/** Notes what the records need for a layout; false where they need nothing. Work that is under way begins anew. */
export async function addWork({ context, run, read }: Upgrade, stored: StoredModel, after: Layout): Promise<boolean> {
  const possible = after.types.flatMap((each) => {
    const kind = kindOf(stored, each);
    return kind === undefined ? [] : [{ kind, after: each }];
  });
  const found = await read(possible.map((each) => anyRecordOf(context, each.kind, each.after)));
  const needed = possible.filter((_, at) => found[at]?.rows.length === 1);
  await run(needed.map((each) => noteWork(context, each.after.type, each.kind)));
  return needed.length > 0;
}

/** Notes that these types have rows in the shared table which stand in tables of their own by now. */
export async function addCleaning({ context, run, read }: Upgrade, types: readonly string[]): Promise<void> {
  const found = await read(types.map((type) => anyRecord(context, "clean", type, sharedTable.name)));
  const left = types.filter((_, at) => found[at]?.rows.length === 1);
  await run(left.map((type) => noteWork(context, type, "clean")));
}

/** The first piece of work of these kinds, in an order that all processes keep. */
export async function firstWork(
  { builder }: SqlContext,
  read: RunStatements,
  wanted: readonly WorkKind[],
): Promise<Work | undefined> {
  const [result] = await read([
    builder
      .selectFrom(workTable)
      .select(["_type", "kind", "place"])
      .where("kind", "in", wanted)
      .orderBy("_type")
      .orderBy("kind")
      .limit(1)
      .compile(),
  ]);
  const row = result?.rows[0];
  return row === undefined ? undefined : workOf(row);
}

export function readWork({ builder }: SqlContext, { type, kind }: Work): Statement {
  const own = builder.selectFrom(workTable).select(["_type", "kind", "place"]).where("_type", "=", type);
  return own.where("kind", "=", kind).compile();
}

/** Keeps other processes from this piece of work until the transaction ends. */
export function holdWork({ builder }: SqlContext, { type, kind }: Work): Statement {
  const same = { kind: sql.ref("kind") };
  return builder.updateTable(workTable).set(same).where("_type", "=", type).where("kind", "=", kind).compile();
}

export function workOf(row: Row): Work {
  const kind = kinds.find((each) => each === row["kind"]) ?? "clean";
  const place: unknown = typeof row["place"] === "string" ? JSON.parse(row["place"]) : undefined;
  return { type: readText(row, "_type"), kind, place: isRow(place) ? place : undefined };
}

/** Notes how far a piece of work has come, or that it is done. */
export function advanceWork({ builder }: SqlContext, { type, kind }: Work, place: Row | undefined): Statement {
  if (place === undefined) {
    return builder.deleteFrom(workTable).where("_type", "=", type).where("kind", "=", kind).compile();
  }
  const row = { place: JSON.stringify(place) };
  return builder.updateTable(workTable).set(row).where("_type", "=", type).where("kind", "=", kind).compile();
}

function kindOf({ layout, coming = layout }: StoredModel, after: TypeLayout): WorkKind | undefined {
  const inForce = typeLayout(layout, after.type);
  const before = typeLayout(coming, after.type);
  const hasNewFields = before === undefined || before.fields.length < after.fields.length;
  const hasNewForm = before !== undefined && before.schemaVersion < after.schemaVersion && after.fields.length > 0;
  if (!hasNewFields && !hasNewForm) return undefined;
  if (inForce === undefined) return "move";
  return hasNewFields ? "fill" : "lift";
}

function anyRecordOf(context: SqlContext, kind: WorkKind, after: TypeLayout): Statement {
  const name = kind === "move" ? sharedTable.name : declaredTable(after).name;
  return anyRecord(context, kind, after.type, name, after.schemaVersion);
}

function anyRecord({ builder }: SqlContext, kind: WorkKind, type: string, table: string, form = 0): Statement {
  const present = sql.lit(1).as("present");
  return builder
    .selectFrom(table)
    .select(present)
    .where(recordsAtWork(kind, type, form))
    .limit(1)
    .compile();
}

/** Which records of the table that they are read from a piece of work is about. */
export function recordsAtWork(kind: WorkKind, type: string, form: number): Predicate {
  switch (kind) {
    case "move":
    case "clean":
      return sql`${sql.ref("_type")} = ${type}`;
    case "lift":
      return sql`${sql.ref("_document_version")} < ${form}`;
    case "fill":
      return allOf([]);
    default:
      return kind satisfies never;
  }
}

/** From the beginning, if it is under way already. */
export function noteWork({ builder }: SqlContext, type: string, kind: WorkKind): Statement {
  return builder
    .insertInto(workTable)
    .values({ _type: type, kind, place: null })
    .onConflict((conflict) => conflict.columns(["_type", "kind"]).doUpdateSet({ place: null }))
    .compile();
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}
