import { changeColumn, feedTable, tombstonesTable } from "./tables.ts";
import { readChange, readText } from "./record-codec.ts";
import { noResult } from "./sql-connections.ts";
import type { SqlConnection } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";

/** Forgets tombstones of deletes before a time, and notes up to which change, so that followers who lack it are told. */
export async function pruneTombstones(
  { builder }: SqlContext,
  connection: SqlConnection,
  before: number,
): Promise<number> {
  const old = builder.selectFrom(tombstonesTable).where("_deleted", "<", before);
  const [feed = noResult, highest = noResult] = await connection.begin("write", [
    builder.selectFrom(feedTable).select("pruned").compile(),
    old.select(changeColumn.name).orderBy(changeColumn.name, "desc").limit(1).compile(),
  ]);
  const [row] = highest.rows;
  if (row === undefined) {
    await connection.commit([]);
    return 0;
  }
  const known = BigInt(readText(feed.rows[0] ?? {}, "pruned"));
  const change = readChange(row);
  const pruned = String(change > known ? change : known);
  const [removed = noResult] = await connection.execute([
    builder.deleteFrom(tombstonesTable).where("_deleted", "<", before).compile(),
    builder.updateTable(feedTable).set({ pruned }).compile(),
  ]);
  await connection.commit([]);
  return removed.affected;
}
