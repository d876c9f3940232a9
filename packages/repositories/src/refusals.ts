import { HoldfastError } from "@holdfast/core";
import type { RecordKey, Refusal, StoredRecord, WriteResult } from "@holdfast/core";

/** CONFLICT: the stored version is not the expected one. `current` is null where nothing is stored any more. */
export function conflict({ type, id }: RecordKey, expected: number, current: number | undefined): HoldfastError {
  const found = current === undefined ? "it is deleted" : `version ${current} is stored`;
  return new HoldfastError(`"${type}" with id "${id}" was expected at version ${expected}, but ${found}`, {
    code: "CONFLICT",
    details: { type, id, expected, current: current ?? null },
  });
}

/** CONFLICT: other writers came between, again and again. */
export function contended(type: string): HoldfastError {
  return new HoldfastError(`"${type}" was changed by others at every try`, {
    code: "CONFLICT",
    retryable: true,
    details: { type },
  });
}

export function notFound({ type, id }: RecordKey): HoldfastError {
  return new HoldfastError(`there is no "${type}" with id "${id}"`, { code: "NOT_FOUND", details: { type, id } });
}

export function alreadyExists({ type, id }: RecordKey): HoldfastError {
  return new HoldfastError(`there is a "${type}" with id "${id}" already`, {
    code: "ALREADY_EXISTS",
    details: { type, id },
  });
}

/** ILLEGAL_TRANSITION: something other than an event would move what the lifecycle owns. */
export function illegalMove(
  { type, id }: RecordKey,
  field: "status" | "finishedAt",
  from: string | null,
  to: string | null,
): HoldfastError {
  return new HoldfastError(
    `${field} of "${type}" with id "${id}" belongs to its lifecycle: it stays ${shown(from)} and is not set to ${shown(to)}; use transition`,
    { code: "ILLEGAL_TRANSITION", details: { type, id, field, from, to } },
  );
}

function shown(value: string | null): string {
  return value === null ? "null" : `"${value}"`;
}

export interface RefusedOp {
  /** Which op of the batch. */
  readonly at: number;
  readonly why: Refusal;
  /** What stood in the way. */
  readonly record?: StoredRecord;
}

/** The op that undid its batch, or undefined where all were done. */
export function refusedOp(results: readonly WriteResult[]): RefusedOp | undefined {
  const at = results.findIndex((result) => !result.ok && result.why !== "batch");
  const result = results[at];
  if (result === undefined || result.ok) return undefined;
  return { at, why: result.why, ...(result.record === undefined ? {} : { record: result.record }) };
}

/** What a put left in the store. */
export function writtenRecord(key: RecordKey, result: WriteResult | undefined): StoredRecord {
  if (result?.ok === true && result.record !== undefined) return result.record;
  throw new HoldfastError(`the store did not say what it wrote for "${key.type}" with id "${key.id}"`, {
    code: "BACKEND_FAILURE",
    outcome: "unknown",
    details: { type: key.type, id: key.id },
  });
}
