import { validTransitions } from "@holdfast/core";
import { illegalMove } from "../refusals.ts";
import type { DraftHead } from "../draft-head.ts";
import type { Entity, Lifecycle, LifecycleState, RecordKey } from "@holdfast/core";

/** ILLEGAL_TRANSITION where no events lead from the stored status to the draft's, or a set `finishedAt` would change. */
export function checkReachable({ lifecycle }: Entity, key: RecordKey, stored: LifecycleState, draft: DraftHead): void {
  const { status = stored.status, finishedAt = stored.finishedAt } = draft;
  if (lifecycle !== undefined && status !== stored.status && !reachable(lifecycle, stored.status).has(status)) {
    throw illegalMove(key, "status", stored.status, status);
  }
  if (typeof stored.finishedAt === "string" && finishedAt !== stored.finishedAt) {
    throw illegalMove(key, "finishedAt", stored.finishedAt, finishedAt ?? null);
  }
}

function reachable(lifecycle: Lifecycle, from: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [from];
  for (let status = open.pop(); status !== undefined; status = open.pop()) {
    for (const next of validTransitions(lifecycle, status).keys()) {
      if (!found.has(next)) open.push(next);
      found.add(next);
    }
  }
  return found;
}
