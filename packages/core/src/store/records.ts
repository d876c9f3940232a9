import type { OpResult, RecordText } from "../driver.ts";
import { eventLoopTurn } from "../event-loop-turn.ts";
import { parseBody } from "../parse-body.ts";
import type { StoredRecord, WriteResult } from "../record.ts";

/** A stored record for the outside: the body is parsed anew each time, so it aliases nothing. */
export function storedRecord(record: RecordText): StoredRecord {
  const { type, tenant, id, version, documentVersion, created, updated } = record;
  return { type, tenant, id, version, documentVersion, created, updated, body: parseBody(record) };
}

const resultsPerTurn = 1_000;

/** The answers for the outside; many are parsed in slices between which the event loop turns. */
export async function writeResults(results: readonly OpResult[]): Promise<readonly WriteResult[]> {
  if (results.length <= resultsPerTurn) return results.map(writeResult);
  const answers: WriteResult[] = [];
  for (const result of results) {
    answers.push(writeResult(result));
    if (answers.length % resultsPerTurn === 0) await eventLoopTurn();
  }
  return answers;
}

function writeResult(result: OpResult): WriteResult {
  const record = result.record === undefined ? {} : { record: storedRecord(result.record) };
  return result.ok ? { ok: true, ...record } : { ok: false, why: result.why, ...record };
}
