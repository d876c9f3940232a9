import { modelRefused, typeLayout } from "@holdfast/core";
import type { Layout, TypeLayout } from "@holdfast/core";

import { inTransaction } from "../in-transaction.ts";
import { noResult } from "../sql-connections.ts";
import type { SqlConnection } from "../sql-connections.ts";
import { StoredModel } from "../stored-model.ts";
import { declaredTable, outdatedTable, workTable } from "../tables.ts";
import { isSameLayout } from "./change-model.ts";
import { readModelStatement, storedModelOf, writeModelStatement } from "./model-row.ts";
import { readOutdated } from "./outdated.ts";
import { settleModel } from "./settle-model.ts";
import type { Upgrade } from "./upgrade.ts";
import type { WorkParts } from "./work-batch.ts";
import { firstWork, noteWork } from "./work.ts";

/**
 * Puts the coming layout into force once every record is brought over; does nothing where there is none, or where
 * another process has found more to do. Refuses with the records that do not bear it.
 */
export function settleUpgrade(parts: WorkParts): Promise<void> {
  return upgradeAlone(parts, async (upgrade, stored) => {
    const { context, read } = upgrade;
    if (stored.coming === undefined) return stored;
    if ((await firstWork(context, read, ["move", "fill", "lift"])) !== undefined) return stored;
    await refuseUnfit(upgrade, changedTypes(stored.layout, stored.coming));
    return settleModel(upgrade, stored, false);
  });
}

/** Takes back a coming layout that the records do not bear: its tables and columns go, and no record is touched. */
export function withdrawUpgrade(parts: WorkParts, refused: Layout): Promise<void> {
  return upgradeAlone(parts, async ({ context, run }, stored) => {
    const { epoch, layout, coming } = stored;
    if (coming === undefined || !isSameLayout(coming, refused)) return stored;
    const { builder } = context;
    for (const after of coming.types) {
      const before = typeLayout(layout, after.type);
      const known = before?.fields.map(({ name }) => name) ?? [];
      const table = declaredTable(after);
      if (before === undefined) await run([builder.schema.dropTable(after.type).compile()]);
      for (const { name } of before === undefined ? [] : table.fields.filter(({ field }) => !known.includes(field))) {
        await run([builder.schema.alterTable(after.type).dropColumn(name).compile()]);
      }
    }
    const changed = changedTypes(layout, coming);
    const refilled = changed.filter((type) => isLifted(typeLayout(layout, type), typeLayout(coming, type)));
    const next = new StoredModel(epoch + 1, layout);
    await run([
      builder.deleteFrom(workTable).where("kind", "!=", "clean").compile(),
      ...refilled.map((type) => noteWork(context, type, "fill")),
      builder.deleteFrom(outdatedTable).where("_type", "in", changed).where("problem", "is not", null).compile(),
      writeModelStatement(context, next),
    ]);
    return next;
  });
}

/** Whether columns that stay may hold values of a form that is not to be. */
function isLifted(before: TypeLayout | undefined, after: TypeLayout | undefined): boolean {
  return before !== undefined && after !== undefined && before.schemaVersion < after.schemaVersion;
}

/** Does something to the stored model in a transaction in which nobody else writes. */
export async function upgradeAlone(
  { context, connections, models, signal }: WorkParts,
  work: (upgrade: Upgrade, stored: StoredModel) => Promise<StoredModel>,
): Promise<void> {
  const alone = async (connection: SqlConnection): Promise<StoredModel> => {
    await connection.begin("upgrade", []);
    await context.dialect.lockForUpgrade(connection, context.schema);
    const run = connection.execute.bind(connection);
    const [result = noResult] = await run([readModelStatement(context)]);
    const after = await work({ context, run, read: run }, storedModelOf(result.rows[0]));
    await connection.commit([]);
    return after;
  };
  models.learn(await inTransaction(connections, "upgrade", alone, signal));
}

async function refuseUnfit({ context, read }: Upgrade, types: readonly string[]): Promise<void> {
  const unfit = [];
  for (const type of types) {
    const outdated = await readOutdated(context, read, type);
    unfit.push(...outdated.filter(({ reason }) => reason !== undefined));
  }
  const [first] = unfit;
  if (first === undefined) return;
  const records = unfit.map(({ tenant, type, id, reason = "" }) => ({ tenant, type, id, reason }));
  throw modelRefused(first.code, records);
}

function changedTypes(before: Layout, after: Layout): readonly string[] {
  const isSame = (type: string): boolean => {
    const [old, young] = [typeLayout(before, type), typeLayout(after, type)];
    return old !== undefined && young !== undefined && isSameLayout({ types: [old] }, { types: [young] });
  };
  return after.types.map(({ type }) => type).filter((type) => !isSame(type));
}
