import type { DriverOp, OpResult, RecordText } from "../driver.ts";
import { eventLoopTurn } from "../event-loop-turn.ts";
import { parseBody } from "../parse-body.ts";
import type { JsonObject, StoredRecord, WriteResult } from "../record.ts";
import type { EncodedGroup } from "./encoded-group.ts";

/** A stored record for the outside: the body is parsed anew each time, so it aliases nothing. */
export function storedRecord(record: RecordText): StoredRecord {
  const { type, tenant, id, version, documentVersion, created, updated } = record;
  return { type, tenant, id, version, documentVersion, created, updated, body: parseBody(record) };
}

const resultsPerTurn = 1_000;

/**
 * The answers for the outside, whose own documents they hold from now on: where a record is what an op has written, the
 * op's copy, else one that is parsed anew. Many are made in slices between which the event loop turns.
 */
export function writeResults(
  results: readonly OpResult[],
  { group, bodies }: EncodedGroup,
): readonly WriteResult[] | Promise<readonly WriteResult[]> {
  const answerAt = (result: OpResult, at: number): WriteResult => writeResult(result, group[at], bodies[at]);
  return results.length <= resultsPerTurn ? results.map(answerAt) : answersInTurns(results, answerAt);
}

async function answersInTurns(
  results: readonly OpResult[],
  answerAt: (result: OpResult, at: number) => WriteResult,
): Promise<readonly WriteResult[]> {
  const answers: WriteResult[] = [];
  for (const [at, result] of results.entries()) {
    answers.push(answerAt(result, at));
    if (answers.length % resultsPerTurn === 0) await eventLoopTurn();
  }
  return answers;
}

/** Answers are copies of these, as is all that a batch keeps by the thousand: docs/decisions/0068. */
const recordShape: StoredRecord = {
  type: "",
  tenant: "",
  id: "",
  version: 0,
  documentVersion: 0,
  created: 0,
  updated: 0,
  body: {},
};
const resultShape: WriteResult = { ok: true, record: recordShape };

function writeResult(result: OpResult, op: DriverOp | undefined, body: JsonObject | undefined): WriteResult {
  const record = result.record === undefined ? undefined : writtenRecord(result.record, op, body);
  if (result.ok) return record === undefined ? { ok: true } : { ...resultShape, record };
  const { why } = result;
  return record === undefined ? { ok: false, why } : { ok: false, why, record };
}

function writtenRecord(record: RecordText, op: DriverOp | undefined, body: JsonObject | undefined): StoredRecord {
  const { type, tenant, id, version, documentVersion, created, updated, text } = record;
  if (op === undefined || body === undefined || textOf(op) !== text) return storedRecord(record);
  return { ...recordShape, type, tenant, id, version, documentVersion, created, updated, body };
}

function textOf(op: DriverOp): string | undefined {
  if (op.kind === "put") return op.text;
  return op.kind === "restore" ? op.record.text : undefined;
}
