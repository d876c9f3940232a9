import { compareText } from "@holdfast/core";
import type { TypeStats } from "@holdfast/core";
import { sql } from "kysely";

import type { RunStatements } from "./model-cache.ts";
import { readNumber, readText } from "./record-codec.ts";
import type { SqlContext } from "./sql-context.ts";
import type { StoredModel } from "./stored-model.ts";
import { recordsTable, tombstonesTable } from "./tables.ts";

const counted = sql<number>`count(*)`.as("_count");

/** How many records and tombstones there are of each tenant and type. */
export async function readStats(
  { builder }: SqlContext,
  model: StoredModel,
  run: RunStatements,
): Promise<readonly TypeStats[]> {
  const { declaredTables } = model;
  const [tombstones, undeclared, ...declared] = await run([
    builder.selectFrom(tombstonesTable).select(["_tenant", "_type", counted]).groupBy(["_tenant", "_type"]).compile(),
    builder.selectFrom(recordsTable).select(["_tenant", "_type", counted]).groupBy(["_tenant", "_type"]).compile(),
    ...declaredTables.map(({ name }) =>
      builder.selectFrom(name).select(["_tenant", counted]).groupBy("_tenant").compile(),
    ),
  ]);
  const stats = new Map<string, TypeStats>();
  const add = (
    tenant: string,
    type: string,
    counts: { readonly records?: number; readonly tombstones?: number },
  ): void => {
    const before = stats.get(`${tenant}\0${type}`) ?? { tenant, type, records: 0, tombstones: 0 };
    stats.set(`${tenant}\0${type}`, { ...before, ...counts });
  };
  for (const row of tombstones?.rows ?? []) {
    add(readText(row, "_tenant"), readText(row, "_type"), { tombstones: readNumber(row, "_count") });
  }
  for (const row of undeclared?.rows ?? []) {
    const type = readText(row, "_type");
    if (!model.isDeclared(type)) add(readText(row, "_tenant"), type, { records: readNumber(row, "_count") });
  }
  for (const [at, { name }] of declaredTables.entries()) {
    for (const row of declared[at]?.rows ?? [])
      add(readText(row, "_tenant"), name, { records: readNumber(row, "_count") });
  }
  return [...stats.values()].sort((a, b) => compareText(a.tenant, b.tenant) || compareText(a.type, b.type));
}
