import { compareText, HoldfastError } from "@holdfast/core";
import { loadEntities } from "./load-entities.ts";
import type { Loaded, LoadOptions, LoadSelection } from "./load-types.ts";
import type { OverStore } from "./workflow/stored-step.ts";
import type { Entity, FieldCondition, Lifecycle, StoreSession, Where, WhereOf } from "@holdfast/core";

/**
 * What a program that starts takes up again from a store or a storage manager: jobs and cases in progress, cancelling or
 * awaiting, and those `others` whose lifecycles call their status work under way. Reads by the status alone, so what rests
 * stays where it is; writes nothing. A stored row that does not fit, one with a status that its lifecycle does not know
 * among them, is reported in `broken` and the rest is loaded; a case whose job is not stored is loaded, and reported in
 * `orphans`.
 *
 * INVALID_CONFIG for one of `others` without a lifecycle; FIELD_NOT_INDEXED in a store that was not opened with a model of
 * these entities; TIMEOUT; ABORTED.
 */
export async function loadRunning(from: StoreSession | OverStore, options: LoadOptions = {}): Promise<Loaded> {
  return loadEntities(from, { of: running }, options);
}

/** One walk for each stretch of the index of statuses, in its order: what lies outside them is not looked at. */
function running({ name, lifecycle }: Entity): readonly LoadSelection[] {
  if (lifecycle === undefined) {
    throw new HoldfastError(`"${name}" has no lifecycle, so nothing says which are running: use loadAll`, {
      code: "INVALID_CONFIG",
      details: { type: name },
    });
  }
  return [{ in: lifecycle.running }, ...unknownStatuses(lifecycle)].map(along);
}

function along(status: FieldCondition): LoadSelection {
  const direction = "asc";
  return { where: whereStatus(status), orderBy: ["status", "createdAt"].map((field) => ({ field, direction })) };
}

function whereStatus(status: FieldCondition): WhereOf<Entity>;
function whereStatus(status: FieldCondition): Where {
  return { status };
}

/** What lies between the statuses that there are, before the first one and behind the last, and where there is none. */
function unknownStatuses({ statuses }: Lifecycle): readonly FieldCondition[] {
  const sorted = [...statuses].sort(compareText);
  const behind = sorted.map((status, at) => {
    const next = sorted[at + 1];
    return next === undefined ? { gt: status } : { gt: status, lt: next };
  });
  return [{ exists: false }, ...sorted.slice(0, 1).map((first) => ({ lt: first })), ...behind];
}
