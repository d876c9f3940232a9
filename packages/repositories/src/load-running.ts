import { compareText, HoldfastError } from "@holdfast/core";
import { loadEntities } from "./load-entities.ts";
import type { Loaded, LoadOptions } from "./load-types.ts";
import type { Entity, Lifecycle, StoreSession, Where, WhereOf } from "@holdfast/core";

/**
 * What a program that starts takes up again: jobs and cases in progress, cancelling or awaiting, and those `others` whose
 * lifecycles call their status work under way. Reads by the status alone, so what rests stays where it is; writes nothing.
 * A stored row that does not fit, one with a status that its lifecycle does not know among them, is reported in `broken`
 * and the rest is loaded; a case whose job is not stored is loaded, and reported in `orphans`.
 *
 * INVALID_CONFIG for one of `others` without a lifecycle; FIELD_NOT_INDEXED in a store that was not opened with a model of
 * these entities; TIMEOUT; ABORTED.
 */
export async function loadRunning(session: StoreSession, options: LoadOptions = {}): Promise<Loaded> {
  return loadEntities(session, running, options);
}

function running(entity: Entity): WhereOf<Entity>;
function running({ name, lifecycle }: Entity): Where {
  if (lifecycle === undefined) {
    throw new HoldfastError(`"${name}" has no lifecycle, so nothing says which are running: use loadAll`, {
      code: "INVALID_CONFIG",
      details: { type: name },
    });
  }
  return { or: [{ status: { in: lifecycle.running } }, ...unknownStatuses(lifecycle)] };
}

/** Between the statuses that there are, so that an index finds what lies there without looking at the others. */
function unknownStatuses({ statuses }: Lifecycle): readonly Where[] {
  const sorted = [...statuses].sort(compareText);
  const gaps = sorted.map((status, at) => {
    const next = sorted[at + 1];
    return { status: next === undefined ? { gt: status } : { gt: status, lt: next } };
  });
  const [first] = sorted;
  return [{ status: { exists: false } }, ...(first === undefined ? [] : [{ status: { lt: first } }]), ...gaps];
}
