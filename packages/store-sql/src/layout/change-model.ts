import { typeLayout, unionLayout } from "@holdfast/core";
import type { Layout, TypeLayout } from "@holdfast/core";

import type { SqlContext } from "../sql-context.ts";
import type { Statement } from "../statement.ts";
import { StoredModel } from "../stored-model.ts";
import { declaredTable } from "../tables.ts";
import { checkNames } from "./check-names.ts";
import { createRecordTable } from "./create-table.ts";
import { foreignKeys } from "./foreign-keys.ts";
import { layoutText, writeModelStatement } from "./model-row.ts";
import { settleModel } from "./settle-model.ts";
import type { Upgrade } from "./upgrade.ts";
import { addWork } from "./work.ts";

/**
 * The first phase of an upgrade, in one short transaction: adds the tables and columns that the declared layout has
 * beyond the stored one. Where no record has to be brought over, the rest of it follows at once; else the new layout is
 * on its way from then on, and the records are brought over in transactions of their own.
 */
export async function changeModel(upgrade: Upgrade, stored: StoredModel, declared: Layout): Promise<StoredModel> {
  const before = stored.coming ?? stored.layout;
  const after = unionLayout(before, declared);
  if (isSameLayout(before, after)) return stored;
  checkNames(after);
  const hasWork = await addWork(upgrade, stored, after);
  const isAtOnce = !hasWork && stored.coming === undefined;
  const { context } = upgrade;
  await upgrade.run(after.types.flatMap((each) => additions(context, typeLayout(before, each.type), each, isAtOnce)));
  const next = new StoredModel(stored.epoch + 1, stored.layout, after);
  if (isAtOnce) return settleModel(upgrade, next, isAtOnce);
  await upgrade.run([writeModelStatement(context, next)]);
  return next;
}

export function isSameLayout(a: Layout, b: Layout): boolean {
  return layoutText(a) === layoutText(b);
}

/**
 * The table of a new type, or the columns that a type's table lacks. References are enforced when the layout comes into
 * force: while parents are on the way, they cannot be.
 */
function additions(
  context: SqlContext,
  before: TypeLayout | undefined,
  after: TypeLayout,
  isAtOnce: boolean,
): readonly Statement[] {
  const { builder, dialect } = context;
  const table = declaredTable(after);
  if (before === undefined) {
    const keys = isAtOnce && !dialect.addsForeignKeys ? foreignKeys(after) : [];
    return [createRecordTable(context, table, keys)];
  }
  const old = before.fields.map(({ name }) => name);
  return table.fields
    .filter(({ field }) => !old.includes(field))
    .map(({ name, kind }) =>
      builder.schema.alterTable(table.name).addColumn(name, dialect.columnTypes[kind]).compile(),
    );
}
