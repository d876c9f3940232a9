import { eventLoopTurn } from "@holdfast/core";
import { sql } from "kysely";

import { epochOf, holdEpochStatement } from "./epoch.ts";
import { headStatement } from "./feed-head.ts";
import { headOf, heldFrom } from "./feed-place.ts";
import { holdsStatement, readHolds } from "./holds.ts";
import type { RunStatements } from "./model-cache.ts";
import { readChange, readNumber, readText } from "./record-codec.ts";
import { noResult } from "./sql-connections.ts";
import type { SqlConnection, SqlResult } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Statement } from "./statement.ts";
import { holdsTable, prunedTable, tombstoneColumns, tombstonesTable } from "./tables.ts";
import { allOf } from "./where.ts";

/** Tombstones that are looked at in one transaction. */
const windowMost = 1_000;
const key = ["_tenant", "_change", "_type", "_id"] as const;

export interface PruneRun {
  readonly context: SqlContext;
  /** Looks, before anything is written. */
  readonly read: RunStatements;
  readonly write: <T>(work: (connection: SqlConnection) => Promise<T>) => Promise<T>;
}

export interface PruneLimits {
  /** Deletes before this time are old. In microseconds, as `now`. */
  readonly before: number;
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
}

/** The last tombstone that was looked at, or a tenant of which no more need be. */
type Behind = readonly [tenant: string] | readonly [tenant: string, change: bigint, type: string, id: string];

interface Old {
  readonly tenant: string;
  readonly change: bigint;
  readonly type: string;
  /** As the column holds it. */
  readonly id: string;
}

interface Window {
  readonly old: readonly Old[];
  readonly next: Behind | undefined;
}

/**
 * Forgets old tombstones, window by window in the order of tenant and change, each in a transaction of its own, and
 * notes for each tenant up to which change, so that followers who lack it are told. It writes only where it has found
 * some; of a tenant of whom a whole window is young or held, the rest is left for another time.
 */
export async function pruneTombstones(run: PruneRun, limits: PruneLimits): Promise<number> {
  const { context, read, write } = run;
  let pruned = 0;
  for (let behind: Behind | undefined = [""]; behind !== undefined && limits.signal?.aborted !== true;) {
    const at: Behind = behind;
    const { old, next } = readWindow(context, limits, await read(windowStatements(context, at)));
    if (old.length > 0) pruned += await write((connection) => pruneWindow(context, connection, limits, at));
    behind = next;
    await eventLoopTurn();
  }
  return pruned;
}

async function pruneWindow(
  context: SqlContext,
  connection: SqlConnection,
  limits: PruneLimits,
  behind: Behind,
): Promise<number> {
  const { builder, dialect } = context;
  const first = [holdEpochStatement(context), ...windowStatements(context, behind), prunedStatement(context)];
  const [epoch = noResult, ...results] = await connection.begin("write", first);
  epochOf(epoch);
  const { old } = readWindow(context, limits, results);
  const known = new Map(results.at(-1)?.rows.map((row) => [readText(row, "_tenant"), BigInt(readText(row, "pruned"))]));
  const removals = [...Map.groupBy(old, ({ tenant, type }) => `${tenant}\0${type}`).values()].map((rows) => {
    const { tenant, type } = rows[0] ?? { tenant: "", type: "" };
    const ids = dialect.bindList(
      "string",
      rows.map(({ id }) => id),
    );
    const removed = builder.deleteFrom(tombstonesTable).where("_tenant", "=", tenant).where("_type", "=", type);
    return removed.where(dialect.among(sql.ref("_id"), "string", ids)).compile();
  });
  const marks = [...Map.groupBy(old, ({ tenant }) => tenant)].map(([tenant, rows]) => {
    const highest = rows.reduce((most, { change }) => (change > most ? change : most), known.get(tenant) ?? 0n);
    const row = { pruned: String(highest) };
    return builder
      .insertInto(prunedTable)
      .values({ _tenant: tenant, ...row })
      .onConflict((conflict) => conflict.column("_tenant").doUpdateSet(row))
      .compile();
  });
  const ended = builder.deleteFrom(holdsTable).where("expires", "<=", limits.now).compile();
  await connection.commit([...removals, ...marks, ended]);
  return old.length;
}

function windowStatements(context: SqlContext, behind: Behind): readonly Statement[] {
  const { builder } = context;
  const columns = sql.join(key.slice(0, behind.length).map((name) => sql.ref(name)));
  const window = builder
    .selectFrom(tombstonesTable)
    .select(tombstoneColumns.map(({ name }) => name))
    .where(allOf([sql`(${columns}) > (${sql.join(behind.map((value) => sql`${value}`))})`]))
    .orderBy(sql.join(key.map((name) => sql.ref(name))))
    .limit(windowMost);
  return [window.compile(), headStatement(context, ""), holdsStatement(context)];
}

function prunedStatement({ builder }: SqlContext): Statement {
  return builder.selectFrom(prunedTable).select(["_tenant", "pruned"]).compile();
}

/** What is old is forgotten up to the first change that a hold's follower, or a transaction that still runs, may need. */
function readWindow(
  { dialect: { feed } }: SqlContext,
  { before, now }: PruneLimits,
  [window = noResult, headResult = noResult, holds = noResult]: readonly SqlResult[],
): Window {
  const head = headOf(headResult.rows[0] ?? {});
  const running = feed.lowestUnseen(head.mark);
  const needed = new Map<string, bigint>();
  for (const { tenant, place, expires } of readHolds(holds)) {
    const from = expires > now ? heldFrom(feed, head, place) : undefined;
    if (from !== undefined && from < (needed.get(tenant) ?? running)) needed.set(tenant, from);
  }
  const rows = window.rows.map((row) => ({
    tenant: readText(row, "_tenant"),
    change: readChange(row),
    type: readText(row, "_type"),
    id: readText(row, "_id"),
    deleted: readNumber(row, "_deleted"),
  }));
  const old = rows.filter((row) => row.deleted < before && row.change < (needed.get(row.tenant) ?? running));
  const last = rows.at(-1);
  if (last === undefined || rows.length < windowMost) return { old, next: undefined };
  const { tenant, change, type, id } = last;
  const isDone = !old.some((row) => row.tenant === tenant);
  return { old, next: isDone ? [tenant] : [tenant, change, type, id] };
}
