import { planRound, risingClock, sortedByKey } from "@holdfast/core";
import type { DriverGroup, GroupResult, KeyChange, KeyState, Reader } from "@holdfast/core";

import { commitEvidence } from "./commit-evidence.ts";
import type { Epoch } from "./epoch.ts";
import { epochOf, holdEpochStatement, raiseClockStatement } from "./epoch.ts";
import type { ModelCache, RunStatements } from "./model-cache.ts";
import { changeStatements } from "./round-changes.ts";
import { hasRefusals, nothingInTheWay, recordsInTheWay, resultsWithRecords } from "./round-results.ts";
import { RoundStates } from "./round-states.ts";
import { noResult } from "./sql-connections.ts";
import type { CommitEvidence } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Statement } from "./statement.ts";
import type { StoredModel } from "./stored-model.ts";

/** How a round gets at its transaction. */
export interface RoundTransaction {
  readonly context: SqlContext;
  readonly models: ModelCache;
  /** Times for what is written. Where the store keeps its highest stamp, they are lifted above it. */
  readonly clock: () => number;
  /** Runs the round's first statements: in a transaction that begins with them, or in one that is open. */
  readonly first: RunStatements;
  readonly run: RunStatements;
  /** As its connection says. */
  readonly takesRows: boolean;
  /** Reads records as the transaction sees them. */
  readonly get: Reader["get"];
}

export interface AppliedRound {
  readonly results: readonly GroupResult[];
  /** What is left to run: together with the commit, or at once. */
  readonly last: readonly Statement[];
  readonly evidence: CommitEvidence | undefined;
}

interface Beginning {
  readonly model: StoredModel;
  readonly stored: ReadonlyMap<string, KeyState>;
  readonly epoch: Epoch;
}

const statementsAtOnce = 100;
const charactersAtOnce = 4_000_000;

/**
 * Does a round inside a transaction: reads the epoch and what is stored at the round's keys, lets core decide, and
 * writes what comes of it. A lone save is two exchanges with the database, the second of which commits.
 */
export async function applyRound(transaction: RoundTransaction, groups: readonly DriverGroup[]): Promise<AppliedRound> {
  const { context, run, get, takesRows } = transaction;
  const { model, stored, epoch } = await beginRound(transaction, groups);
  const { keepsClock } = context.dialect;
  const clock = keepsClock ? risingClock(transaction.clock, epoch.stamp) : transaction.clock;
  const planned = planRound(groups, (key) => stored.get(key), clock);
  const plan = planned instanceof Promise ? await planned : planned;
  // Each writer locks what it writes until it ends, where they do not take turns.
  const changes = keepsClock ? plan.changes : sortedByKey(plan.changes);
  const writes = changeStatements(context, model, changes, stored, {
    takesRows,
    change: changeNumber(context, epoch),
  });
  const raise = keepsClock && changes.size > 0 ? [raisedClock(context, epoch, changes.values())] : [];
  let last = [...(await runAllButLast(run, writes)), ...raise];
  const isRefused = hasRefusals(plan.results);
  if (isRefused) {
    if (last.length > 0) await run(last);
    last = [];
  }
  const evidence = commitEvidence(context, model, epoch.token, [...changes.values()].at(-1));
  const standing = isRefused ? await recordsInTheWay(plan.results, get) : nothingInTheWay;
  return { results: resultsWithRecords(plan.results, standing), last, evidence };
}

async function beginRound(
  { context, models, first, run }: RoundTransaction,
  groups: readonly DriverGroup[],
): Promise<Beginning> {
  const expected = models.current;
  const states = new RoundStates(context, expected, groups);
  const [held = noResult, ...results] = await first([holdEpochStatement(context), ...states.statements(context)]);
  const epoch = epochOf(held);
  const model = epoch.epoch === expected.epoch ? expected : await models.at(epoch.epoch, context, run);
  if (model === expected) return { model, stored: states.read(context, results), epoch };
  const changed = new RoundStates(context, model, groups);
  return { model, stored: changed.read(context, await run(changed.statements(context))), epoch };
}

/** Runs statements as they are made, some at a time, and gives back the last ones. */
async function runAllButLast(run: RunStatements, statements: Iterable<Statement>): Promise<readonly Statement[]> {
  let waiting: Statement[] = [];
  let characters = 0;
  for (const statement of statements) {
    if (waiting.length >= statementsAtOnce || characters >= charactersAtOnce) {
      await run(waiting);
      waiting = [];
      characters = 0;
    }
    waiting.push(statement);
    for (const value of statement.parameters) characters += typeof value === "string" ? value.length : 8;
    characters += statement.input?.length ?? 0;
  }
  return waiting;
}

/** One number for all that a round changes. */
function changeNumber({ dialect }: SqlContext, { changes, token }: Epoch): bigint {
  return dialect.keepsClock || token === undefined ? BigInt(changes + 1) : BigInt(token);
}

function raisedClock(context: SqlContext, { stamp, changes }: Epoch, made: Iterable<KeyChange>): Statement {
  return raiseClockStatement(context, Math.max(stamp, highestStamp(made)), changes + 1);
}

function highestStamp(changes: Iterable<KeyChange>): number {
  let highest = 0;
  for (const change of changes) {
    const stamps = change.kind === "put" ? [change.record.created, change.record.updated] : [change.tombstone.deleted];
    highest = Math.max(highest, ...stamps);
  }
  return highest;
}
