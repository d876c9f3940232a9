import { compareText } from "@holdfast/core";
import type { DriverHold, Hold, Scalar } from "@holdfast/core";

import { headOf, readPlace } from "./feed-place.ts";
import { headStatement } from "./feed-head.ts";
import { epochOf, holdEpochStatement } from "./epoch.ts";
import { readNumber, readText } from "./record-codec.ts";
import { noResult } from "./sql-connections.ts";
import type { Row, SqlConnection, SqlResult } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Statement } from "./statement.ts";
import { holdColumns, holdsTable } from "./tables.ts";

/** Takes a hold or moves it on, unless its place is none, or has expired. */
export async function takeHold(context: SqlContext, connection: SqlConnection, hold: DriverHold): Promise<void> {
  const { builder, dialect } = context;
  const { tenant, name, place, since, moved, expires } = hold;
  const first = [holdEpochStatement(context), headStatement(context, tenant)];
  const [epoch = noResult, head = noResult] = await connection.begin("write", first);
  epochOf(epoch);
  readPlace(dialect.feed, headOf(head.rows[0] ?? {}), place);
  const later = { place: JSON.stringify(place), moved, expires };
  const upsert = builder
    .insertInto(holdsTable)
    .values({ _tenant: tenant, name, since, ...later })
    .onConflict((conflict) => conflict.columns(["_tenant", "name"]).doUpdateSet(later));
  await connection.commit([upsert.compile()]);
}

/** Whether there was one. */
export async function releaseHold(
  context: SqlContext,
  connection: SqlConnection,
  tenant: string,
  name: string,
): Promise<boolean> {
  const [epoch = noResult] = await connection.begin("write", [holdEpochStatement(context)]);
  epochOf(epoch);
  const removal = context.builder.deleteFrom(holdsTable).where("_tenant", "=", tenant).where("name", "=", name);
  const [removed = noResult] = await connection.execute([removal.compile()]);
  await connection.commit([]);
  return removed.affected > 0;
}

export function holdsStatement({ builder }: SqlContext): Statement {
  return builder
    .selectFrom(holdsTable)
    .select(holdColumns.map(({ name }) => name))
    .compile();
}

export function readHolds({ rows }: SqlResult): readonly DriverHold[] {
  return rows.map(readHold).sort((a, b) => compareText(a.tenant, b.tenant) || compareText(a.name, b.name));
}

export function withoutPlace({ tenant, name, since, moved, expires }: DriverHold): Hold {
  return { tenant, name, since, moved, expires };
}

function readHold(row: Row): DriverHold {
  const place = JSON.parse(readText(row, "place")) as readonly Scalar[];
  return {
    tenant: readText(row, "_tenant"),
    name: readText(row, "name"),
    place,
    since: readNumber(row, "since"),
    moved: readNumber(row, "moved"),
    expires: readNumber(row, "expires"),
  };
}
