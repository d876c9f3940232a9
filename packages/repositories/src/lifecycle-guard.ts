import { illegalMove } from "./refusals.ts";
import type { DraftHead } from "./draft-head.ts";
import type { Entity, LifecycleState, Match, RecordKey, StoredRecord } from "@holdfast/core";

/** The state of a new entity; undefined without a lifecycle. */
export function initialState({ lifecycle }: Entity): LifecycleState | undefined {
  if (lifecycle === undefined) return undefined;
  return lifecycle.finishedAt ? { status: lifecycle.initial, finishedAt: null } : { status: lifecycle.initial };
}

/** ILLEGAL_TRANSITION where a draft sets a lifecycle's field to something else; saying nothing of it is fine. */
export function checkUnmoved(key: RecordKey, state: LifecycleState | undefined, draft: DraftHead): void {
  if (state === undefined) return;
  if (draft.status !== undefined && draft.status !== state.status) {
    throw illegalMove(key, "status", state.status, draft.status);
  }
  const { finishedAt } = state;
  if (finishedAt !== undefined && draft.finishedAt !== undefined && draft.finishedAt !== finishedAt) {
    throw illegalMove(key, "finishedAt", finishedAt, draft.finishedAt);
  }
}

/** What the write itself compares, so that a status that was moved meanwhile is never moved back. */
export function stateMatch({ lifecycle }: Entity, { body }: Pick<StoredRecord, "body">): Match | undefined {
  if (lifecycle === undefined) return undefined;
  const match = { status: text(body["status"]) };
  return lifecycle.finishedAt ? { ...match, finishedAt: text(body["finishedAt"]) } : match;
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
