import type { DriverGroup, GroupResult } from "@holdfast/core";

import type { RoundTransaction } from "./apply.ts";
import { countedWriteStatement } from "./counted-write-statement.ts";
import { raiseClockStatement } from "./epoch.ts";
import { readNumber } from "./record-codec.ts";
import { isSingle, singleWrite } from "./single-write.ts";
import type { SingleOp } from "./single-write.ts";
import { singleWriteFate } from "./single-write-fate.ts";
import { singleWriteStatement } from "./single-write-statement.ts";
import type { Row, SqlConnection, SqlConnections, SqlResult } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Statement } from "./statement.ts";
import { writtenRecord } from "./written-record.ts";

type Parts = Pick<RoundTransaction, "context" | "models" | "clock">;

/** The op that a round consists of, where SQL can tell whether it may be done. */
export function singleOp({ context, models }: Parts, groups: readonly DriverGroup[]): SingleOp | undefined {
  if (context.dialect.atOnce === undefined || groups.length !== 1) return undefined;
  const [group = []] = groups;
  const [op] = group;
  return op !== undefined && group.length === 1 && isSingle(models.current, op) ? op : undefined;
}

/**
 * Does an op by a statement that commits by itself, and writes only where all is as the op expects it. Undefined where
 * nothing was written: then the round is done as any other, which also finds out what stood in the way.
 */
export async function applyAtOnce(
  { context, models, clock }: Parts,
  connection: SqlConnection,
  op: SingleOp,
): Promise<readonly GroupResult[] | undefined> {
  const write = singleWrite(context.dialect, models.current, op, clock());
  const fate = (since: string) => singleWriteFate(context, write, since);
  const result = await connection.writeAtOnce?.(singleWriteStatement(context, write), fate);
  const row = result?.rows[0];
  return row === undefined ? undefined : [[resultOf(op, row)]];
}

/** What is left to run with the commit, and what the round answers then. */
interface Counted {
  readonly last: readonly Statement[];
  readonly results: readonly GroupResult[];
}

/**
 * The same where changes are counted, for a put, in a transaction that begins with it. Undefined where nothing was
 * written: then the round goes on in the same transaction.
 */
export async function applyCounted(
  { context, models, clock }: Parts,
  connection: SqlConnection,
  op: SingleOp,
): Promise<Counted | undefined> {
  const [result] = await connection.begin("write", [countedStatement({ context, models, clock }, op)]);
  const row = result?.rows[0];
  return row === undefined ? undefined : { last: [raiseBehind(context, row)], results: [[resultOf(op, row)]] };
}

/** The same in a transaction of its own, before it comes back. Undefined where nothing was done: then it is done as any other. */
export function applyCountedAtOnce(
  parts: Parts,
  connections: Pick<SqlConnections, "transactAtOnce">,
  group: DriverGroup,
): GroupResult | undefined {
  const { context } = parts;
  if (connections.transactAtOnce === undefined || !context.dialect.keepsClock) return undefined;
  const op = singleOp(parts, [group]);
  if (op?.kind !== "put") return undefined;
  const raise = ({ rows: [row] }: SqlResult) => (row === undefined ? undefined : raiseBehind(context, row));
  const row = connections.transactAtOnce(countedStatement(parts, op), raise)?.rows[0];
  return row === undefined ? undefined : [resultOf(op, row)];
}

function countedStatement({ context, models, clock }: Parts, op: SingleOp): Statement {
  return countedWriteStatement(context, singleWrite(context.dialect, models.current, op, Math.floor(clock())));
}

function raiseBehind(context: SqlContext, row: Row): Statement {
  return raiseClockStatement(context, readNumber(row, "_updated"), readNumber(row, "_change"));
}

function resultOf(op: SingleOp, row: Row): GroupResult[number] {
  return op.kind === "delete" ? { ok: true } : { ok: true, record: writtenRecord(op, row) };
}
