import { encodeColumnText } from "@holdfast/core";
import type { Tombstone } from "@holdfast/core";
import { sql } from "kysely";

import type { RunStatements } from "./model-cache.ts";
import { readId, readNumber } from "./record-codec.ts";
import type { SqlContext } from "./sql-context.ts";
import { idColumn, sharedTable, tombstonesTable } from "./tables.ts";
import { allOf, ownRows } from "./where.ts";

/** The next tombstones of a type in a tenant, by id, along the table's key. */
export async function readTombstones(
  { builder }: SqlContext,
  run: RunStatements,
  tenant: string,
  type: string,
  after: string | undefined,
  limit: number,
): Promise<readonly Tombstone[]> {
  const own = ownRows(sharedTable, tenant, type);
  const behind = after === undefined ? [] : [sql<boolean>`${sql.ref(idColumn.name)} > ${encodeColumnText(after)}`];
  const [result] = await run([
    builder
      .selectFrom(tombstonesTable)
      .select([idColumn.name, "_version", "_deleted"])
      .where(allOf([own, ...behind]))
      .orderBy(idColumn.name)
      .limit(limit)
      .compile(),
  ]);
  return (result?.rows ?? []).map((row) => {
    const key = { type, tenant, id: readId(row) };
    return { ...key, version: readNumber(row, "_version", key), deleted: readNumber(row, "_deleted", key) };
  });
}
