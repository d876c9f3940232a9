import { typeLayout } from "@holdfast/core";
import type { TypeLayout } from "@holdfast/core";

import type { SqlContext } from "../sql-context.ts";
import type { StoredModel } from "../stored-model.ts";
import { declaredTable } from "../tables.ts";
import { createRecordTable } from "./create-table.ts";
import { fillColumns, moveRecords } from "./fill-tables.ts";
import { addForeignKey, dropForeignKey, foreignKeys } from "./foreign-keys.ts";
import type { ForeignKey } from "./foreign-keys.ts";
import { rebuildTable } from "./rebuild-table.ts";
import { refuseOrphans, refuseTwins } from "./refuse-records.ts";
import { createIndex, declaredIndexes, declaredShapes } from "./table-indexes.ts";
import type { TableIndex } from "./table-indexes.ts";
import type { Upgrade } from "./upgrade.ts";

/** What becomes of one type. */
interface TypeChange {
  readonly before: TypeLayout | undefined;
  readonly after: TypeLayout;
  readonly addedKeys: readonly ForeignKey[];
  readonly droppedKeys: readonly ForeignKey[];
  readonly isRebuilt: boolean;
  readonly addedIndexes: readonly TableIndex[];
}

/** Tables and columns first, then what goes into them, then what is refused, and last what watches over it from then on. */
export async function changeTables(upgrade: Upgrade, stored: StoredModel, next: StoredModel): Promise<void> {
  const { context, run } = upgrade;
  const changes = next.layout.types.map((after) => changeOf(context, typeLayout(stored.layout, after.type), after));
  for (const change of changes) await changeTable(upgrade, change);
  for (const change of changes) await fillTable(upgrade, change);
  for (const { addedKeys } of changes) await refuseOrphans(upgrade, next, addedKeys);
  for (const { addedIndexes } of changes) {
    for (const index of addedIndexes) {
      if (index.unique) await refuseTwins(upgrade, index);
      await run([createIndex(context, index)]);
    }
  }
  for (const { addedKeys, droppedKeys } of context.dialect.addsForeignKeys ? changes : []) {
    for (const key of droppedKeys) await run([dropForeignKey(context, key)]);
    for (const key of addedKeys) await run([addForeignKey(context, key)]);
  }
  const changed = changes.filter(isChanged).flatMap(({ after }) => declaredShapes(after));
  await context.dialect.informPlanner({ execute: run }, changed, context.schema);
}

function changeOf({ dialect }: SqlContext, before: TypeLayout | undefined, after: TypeLayout): TypeChange {
  const keysBefore = before === undefined ? [] : foreignKeys(before);
  const addedKeys = without(foreignKeys(after), keysBefore);
  const droppedKeys = without(keysBefore, foreignKeys(after));
  const isRebuilt = before !== undefined && !dialect.addsForeignKeys && addedKeys.length + droppedKeys.length > 0;
  const kept = before === undefined || isRebuilt ? [] : declaredIndexes(before);
  return { before, after, addedKeys, droppedKeys, isRebuilt, addedIndexes: without(declaredIndexes(after), kept) };
}

function isChanged({ before, after, isRebuilt, addedIndexes }: TypeChange): boolean {
  return before === undefined || isRebuilt || addedIndexes.length > 0 || before.fields.length < after.fields.length;
}

async function changeTable({ context, run }: Upgrade, { before, after, isRebuilt }: TypeChange): Promise<void> {
  const { builder, dialect } = context;
  const table = declaredTable(after);
  const keys = dialect.addsForeignKeys ? [] : foreignKeys(after);
  if (before === undefined) {
    await run([createRecordTable(context, table, keys)]);
  } else if (isRebuilt) {
    await run(rebuildTable(context, declaredTable(before), table, keys));
  } else {
    const old = declaredTable(before).fields.map(({ name }) => name);
    for (const { name, kind } of table.fields.filter((each) => !old.includes(each.name))) {
      await run([builder.schema.alterTable(table.name).addColumn(name, dialect.columnTypes[kind]).compile()]);
    }
  }
}

async function fillTable(upgrade: Upgrade, { before, after }: TypeChange): Promise<void> {
  const table = declaredTable(after);
  if (before === undefined) await moveRecords(upgrade, table);
  else if (before.fields.length < after.fields.length) await fillColumns(upgrade, table);
}

function without<T extends { readonly name: string }>(all: readonly T[], known: readonly T[]): readonly T[] {
  return all.filter(({ name }) => !known.some((each) => each.name === name));
}
