import { typeLayout } from "@holdfast/core";
import type { TypeLayout } from "@holdfast/core";

import type { SqlContext } from "../sql-context.ts";
import type { Statement } from "../statement.ts";
import { StoredModel } from "../stored-model.ts";
import { declaredTable } from "../tables.ts";
import { addForeignKey, dropForeignKey, foreignKeys } from "./foreign-keys.ts";
import type { ForeignKey } from "./foreign-keys.ts";
import { writeModelStatement } from "./model-row.ts";
import { rebuildTable } from "./rebuild-table.ts";
import { refuseOrphans, refuseTwins } from "./refuse-records.ts";
import { createIndex, declaredIndexes, declaredShapes } from "./table-indexes.ts";
import type { TableIndex } from "./table-indexes.ts";
import type { Upgrade } from "./upgrade.ts";
import { addCleaning } from "./work.ts";

/** What becomes of one type. */
interface TypeChange {
  readonly before: TypeLayout | undefined;
  readonly after: TypeLayout;
  readonly addedKeys: readonly ForeignKey[];
  readonly droppedKeys: readonly ForeignKey[];
  readonly isRebuilt: boolean;
  readonly addedIndexes: readonly TableIndex[];
}

/**
 * The end of an upgrade, in one transaction: every column is filled, so what is to be unique and what refers to others
 * is judged, watched over by indexes and foreign keys from then on, and the layout comes into force. UNIQUE_VIOLATION and
 * REFERENCE_VIOLATION with the records that do not bear it. `isAtOnce`: in the transaction that added the tables.
 */
export async function settleModel(
  upgrade: Upgrade,
  { epoch, layout, coming = layout }: StoredModel,
  isAtOnce: boolean,
): Promise<StoredModel> {
  const { context, run } = upgrade;
  const next = new StoredModel(epoch + 1, coming);
  const changes = coming.types.map((after) => changeOf(context, typeLayout(layout, after.type), after, isAtOnce));
  for (const { after } of changes.filter(({ isRebuilt }) => isRebuilt)) {
    await run(rebuildTable(context, declaredTable(after), foreignKeys(after)));
  }
  // What was created a moment ago in this transaction is empty, and nobody else can reach it.
  await refuseRecords(upgrade, next, isAtOnce ? changes.filter(({ before }) => before !== undefined) : changes);
  await run(changes.flatMap((change) => watchers(context, change)));
  const changed = changes.filter(isChanged).flatMap(({ after }) => declaredShapes(after));
  await context.dialect.informPlanner({ execute: run }, changed, context.schema);
  const declared = changes.filter(({ before }) => before === undefined).map(({ after }) => after.type);
  if (!isAtOnce) await addCleaning(upgrade, declared);
  await run([writeModelStatement(context, next)]);
  return next;
}

async function refuseRecords(upgrade: Upgrade, next: StoredModel, changes: readonly TypeChange[]): Promise<void> {
  for (const { addedKeys } of changes) await refuseOrphans(upgrade, next, addedKeys);
  for (const { addedIndexes } of changes) {
    for (const index of addedIndexes) if (index.unique) await refuseTwins(upgrade, index);
  }
}

/** The indexes and the foreign keys that judge what is written from now on. */
function watchers(context: SqlContext, change: TypeChange): readonly Statement[] {
  const indexes = change.addedIndexes.map((index) => createIndex(context, index));
  if (!context.dialect.addsForeignKeys) return indexes;
  return [
    ...indexes,
    ...change.droppedKeys.map((key) => dropForeignKey(context, key)),
    ...change.addedKeys.map((key) => addForeignKey(context, key)),
  ];
}

function changeOf(
  { dialect }: SqlContext,
  before: TypeLayout | undefined,
  after: TypeLayout,
  isAtOnce: boolean,
): TypeChange {
  const keysBefore = before === undefined ? [] : foreignKeys(before);
  const addedKeys = without(foreignKeys(after), keysBefore);
  const droppedKeys = without(keysBefore, foreignKeys(after));
  const hasOtherKeys = addedKeys.length + droppedKeys.length > 0;
  const isRebuilt = !dialect.addsForeignKeys && hasOtherKeys && !(isAtOnce && before === undefined);
  const kept = before === undefined || isRebuilt ? [] : declaredIndexes(before);
  return { before, after, addedKeys, droppedKeys, isRebuilt, addedIndexes: without(declaredIndexes(after), kept) };
}

function isChanged({ before, after, isRebuilt, addedIndexes }: TypeChange): boolean {
  return before === undefined || isRebuilt || addedIndexes.length > 0 || before.fields.length < after.fields.length;
}

function without<T extends { readonly name: string }>(all: readonly T[], known: readonly T[]): readonly T[] {
  return all.filter(({ name }) => !known.some((each) => each.name === name));
}
