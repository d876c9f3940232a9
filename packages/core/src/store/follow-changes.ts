import { changeCursor, cursorPlace } from "../change-cursor.ts";
import type { Change, ChangeBatch, ChangeCursor, ChangesOptions } from "../changes.ts";
import type { DriverChange, DriverChanges } from "../driver.ts";
import { HoldfastError } from "../errors.ts";
import type { Scalar } from "../record.ts";
import type { CallLimits } from "../store.ts";
import { Alarm } from "./alarm.ts";
import { takeChangesOptions } from "./call-options.ts";
import type { Deadline } from "./deadline.ts";
import { FollowerHold } from "./follower-hold.ts";
import type { OpenStore } from "./open-store.ts";
import { storedRecord } from "./records.ts";
import { againIfTransient } from "./retry.ts";

const batchMost = { changes: 1_000, bytes: 8 * 1024 * 1024 };

/** Whose changes are followed, with limits for each read of them. */
export interface FollowedTenant {
  readonly tenant: string;
  readonly limits: CallLimits;
}

/**
 * A tenant's changes behind a cursor, batch by batch, up to the moment at which they are caught up; with `follow` it
 * goes on from there. A batch is empty only where there is nothing else to say than that all is caught up.
 */
export async function* followChanges(
  store: OpenStore,
  { tenant, limits }: FollowedTenant,
  after: ChangeCursor | undefined,
  options: ChangesOptions,
): AsyncGenerator<ChangeBatch, void> {
  const { signal = new AbortController().signal, follow = false, hold: asked } = takeChangesOptions(options);
  const given = limits.signal === undefined ? signal : AbortSignal.any([signal, limits.signal]);
  let place = after === undefined ? undefined : cursorPlace(tenant, after);
  let wasCaughtUp = false;
  using alarm = new Alarm(store, given);
  await using hold = asked === undefined ? undefined : new FollowerHold(store, tenant, asked);
  if (place !== undefined && !signal.aborted) await hold?.moveTo(place);
  while (!signal.aborted) {
    if (follow) alarm.set();
    const read = await readUnlessGiven(store, { tenant, limits: { ...limits, signal: given } }, place, signal);
    if (read === undefined) return;
    place = read.next;
    if (read.changes.length > 0 || (read.caughtUp && !wasCaughtUp)) yield batchOf(tenant, read);
    await hold?.moveTo(place);
    wasCaughtUp = read.caughtUp;
    if (read.changes.length > 0) alarm.reset();
    if (!read.caughtUp) continue;
    if (!follow) return;
    await alarm.wait();
  }
}

/** Undefined where the follower's own signal ended it. */
async function readUnlessGiven(
  store: OpenStore,
  { tenant, limits }: FollowedTenant,
  place: readonly Scalar[] | undefined,
  signal: AbortSignal,
): Promise<DriverChanges | undefined> {
  const { driver } = store.parts;
  const again = (deadline: Deadline) => againIfTransient(() => driver.changes(tenant, place, batchMost), deadline);
  const read = (deadline: Deadline) => deadline.until(again(deadline));
  try {
    return await store.call(limits, read);
  } catch (thrown) {
    if (signal.aborted && HoldfastError.is(thrown, "ABORTED")) return undefined;
    throw thrown;
  }
}

function batchOf(tenant: string, { changes, next, caughtUp }: DriverChanges): ChangeBatch {
  return { changes: changes.map(changeOf), next: changeCursor(tenant, next), caughtUp };
}

function changeOf(change: DriverChange): Change {
  if (change.kind === "put") return { kind: "put", record: storedRecord(change.record) };
  const { type, tenant, id, version, deleted } = change.tombstone;
  return { kind: "delete", tombstone: { type, tenant, id, version, deleted } };
}
