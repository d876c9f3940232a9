import { modelRefused } from "@holdfast/core";
import type { JsonObject } from "@holdfast/core";
import { sql } from "kysely";

import { findOrphans } from "../find-orphans.ts";
import { readId, readText } from "../record-codec.ts";
import type { StoredModel } from "../stored-model.ts";
import type { Upgrade } from "./upgrade.ts";
import type { ForeignKey } from "./foreign-keys.ts";
import type { TableIndex } from "./table-indexes.ts";
import { tenantColumn } from "../tables.ts";
import { allOf, isNotNull } from "../where.ts";

/** REFERENCE_VIOLATION where records that are stored already would break a reference that is to be enforced. */
export async function refuseOrphans(
  { context, read }: Upgrade,
  next: StoredModel,
  keys: readonly ForeignKey[],
): Promise<void> {
  const records: JsonObject[] = [];
  for (const { table, reference } of keys) {
    const { field, to } = reference;
    const orphans = await findOrphans(context, read, next, next.table(table), reference);
    records.push(...orphans.map(({ tenant, type, id }) => ({ tenant, type, id, field, to })));
  }
  if (records.length > 0) throw modelRefused("REFERENCE_VIOLATION", records);
}

/** UNIQUE_VIOLATION where records that are stored already share what is to be unique. */
export async function refuseTwins({ context, read }: Upgrade, { table, columns }: TableIndex): Promise<void> {
  const names = [tenantColumn.name, ...columns.map(({ name }) => name)];
  const shared = context.builder
    .selectFrom(table)
    .select(names)
    .where(allOf(columns.map(({ name }) => isNotNull(name))))
    .groupBy(names)
    .having(sql<boolean>`count(*) > 1`);
  const twins = context.builder
    .selectFrom(table)
    .select(["_tenant", "_id"])
    .where(sql<boolean>`(${sql.join(names.map((name) => sql.ref(name)))}) in ${shared}`);
  const [result] = await read([twins.compile()]);
  const fields = columns.map(({ name }) => name);
  const records = (result?.rows ?? []).map((row) => ({
    tenant: readText(row, "_tenant"),
    type: table,
    id: readId(row),
    fields,
  }));
  if (records.length > 0) throw modelRefused("UNIQUE_VIOLATION", records);
}
