import { HoldfastError, prunedLayout, typeLayout } from "@holdfast/core";
import type { Layout, LayoutPruning, TypeLayout } from "@holdfast/core";
import { sql } from "kysely";

import { StoredModel } from "../stored-model.ts";
import { declaredTable, outdatedTable } from "../tables.ts";
import { upgradeAlone } from "./end-upgrade.ts";
import { dropForeignKey, foreignKeys } from "./foreign-keys.ts";
import { writeModelStatement } from "./model-row.ts";
import { rebuildTable } from "./rebuild-table.ts";
import { createIndex, declaredIndexes, declaredShapes } from "./table-indexes.ts";
import type { Upgrade } from "./upgrade.ts";
import type { WorkParts } from "./work-batch.ts";
import { firstWork } from "./work.ts";

/**
 * Takes out of the stored model, and of its tables, what a layout lacks, but for types with records: in one transaction,
 * in which nobody else writes. A preview changes nothing.
 */
export async function pruneLayout(
  parts: WorkParts,
  declared: Layout,
  mode: "preview" | "apply",
): Promise<LayoutPruning> {
  const done: { pruning?: LayoutPruning } = {};
  await upgradeAlone(parts, async (upgrade, stored) => {
    const { context, read, run } = upgrade;
    const work = await firstWork(context, read, ["move", "fill", "lift", "clean"]);
    if (stored.coming !== undefined || work !== undefined) throw stillAtWork();
    const pruning = prunedLayout(stored.layout, declared, await typesWithRecords(upgrade, stored.layout));
    done.pruning = pruning;
    if (mode === "preview" || pruning.dropped.length === 0) return stored;
    const next = new StoredModel(stored.epoch + 1, pruning.layout);
    for (const before of stored.layout.types) await dropKeys(upgrade, before, typeLayout(pruning.layout, before.type));
    for (const before of stored.layout.types) await reduce(upgrade, before, typeLayout(pruning.layout, before.type));
    await run([writeModelStatement(context, next)]);
    return next;
  });
  if (done.pruning === undefined) throw stillAtWork();
  return done.pruning;
}

async function typesWithRecords({ context, read }: Upgrade, { types }: Layout): Promise<ReadonlySet<string>> {
  const statements = types.map(({ type }) =>
    context.builder.selectFrom(type).select(sql.lit(1).as("present")).limit(1).compile(),
  );
  const results = await read(statements);
  return new Set(types.filter((_type, at) => results[at]?.rows.length === 1).map(({ type }) => type));
}

/** First of all tables: a table that others refer to cannot be dropped. */
async function dropKeys({ context, run }: Upgrade, before: TypeLayout, after: TypeLayout | undefined): Promise<void> {
  if (!context.dialect.addsForeignKeys) return;
  const staying = after === undefined ? [] : foreignKeys(after).map(({ name }) => name);
  for (const key of foreignKeys(before)) if (!staying.includes(key.name)) await run([dropForeignKey(context, key)]);
}

async function reduce(upgrade: Upgrade, before: TypeLayout, after: TypeLayout | undefined): Promise<void> {
  const { context, run } = upgrade;
  const { builder, dialect, schema } = context;
  if (after === undefined) {
    await run([
      builder.schema.dropTable(before.type).compile(),
      builder.deleteFrom(outdatedTable).where("_type", "=", before.type).compile(),
    ]);
    return;
  }
  const columns = declaredTable(after).fields.map(({ name }) => name);
  const gone = declaredTable(before).fields.filter(({ name }) => !columns.includes(name));
  const indexes = declaredIndexes(after);
  const names = indexes.map(({ name }) => name);
  const goneIndexes = declaredIndexes(before).filter(({ name }) => !names.includes(name));
  const isRebuilt = !dialect.addsForeignKeys && foreignKeys(before).length > foreignKeys(after).length;
  if (!isRebuilt && gone.length + goneIndexes.length === 0) return;
  if (isRebuilt) {
    await run(rebuildTable(context, declaredTable(after), foreignKeys(after)));
    await run(indexes.map((index) => createIndex(context, index)));
  } else {
    await run(goneIndexes.map(({ name }) => builder.schema.dropIndex(name).compile()));
    await run(gone.map(({ name }) => builder.schema.alterTable(after.type).dropColumn(name).compile()));
  }
  await dialect.informPlanner({ execute: run }, declaredShapes(after), schema);
}

function stillAtWork(): HoldfastError {
  return new HoldfastError("records are still being brought into the new layout; prune when that is done", {
    code: "LAYOUT_OUTDATED",
  });
}
