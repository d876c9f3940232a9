import type { RecordChange, RecordKey, RecordTurn, StoredRecord, StoreSession } from "@holdfast/core";
import { loneTurn } from "./lone-turn.ts";
import { conflict, notFound, refusedOp, writtenRecord } from "./refusals.ts";
import { triesMost } from "./retry-conflicts.ts";

export interface ChangeOptions {
  /** How often it is tried in all where others came between; then CONFLICT. @default 100 */
  readonly tries?: number;
}

/** What becomes of a record as it was found. What it throws is told only where the record is, or was, stored so. */
export type Plan = (found: StoredRecord) => RecordChange;

/**
 * Changes a record by what is found in it, and gives what was written. Those who change the same record take turns;
 * `plan` runs again where others came between, or where what it was shown never came to be stored. NOT_FOUND.
 */
export async function changeRecord(
  session: StoreSession,
  key: RecordKey,
  plan: Plan,
  { tries = triesMost }: ChangeOptions = {},
): Promise<StoredRecord> {
  using turn = session.takeTurn?.(key) ?? loneTurn(session, key);
  let refusals = 0;
  for (;;) {
    const found = await turn.read();
    const change = await certainly(turn, () => planned(key, found, plan));
    const results = change === undefined ? undefined : await turn.write(change);
    if (results === undefined) continue;
    const refused = refusedOp(results);
    if (refused === undefined) return writtenRecord(key, results[0]);
    refusals += 1;
    if (refusals >= tries) throw conflict(key, found?.version ?? 0, refused.record?.version);
  }
}

function planned(key: RecordKey, found: StoredRecord | undefined, plan: Plan): RecordChange {
  if (found === undefined) throw notFound(key);
  return plan(found);
}

/** What a judgement gives; undefined where it threw, and is not certain to rest on what was stored. */
async function certainly<T>(turn: RecordTurn, judge: () => T): Promise<T | undefined> {
  try {
    return judge();
  } catch (thrown) {
    if (await turn.isCertain()) throw thrown;
    return undefined;
  }
}
