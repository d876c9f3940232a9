import assert from "node:assert/strict";

import type { HoldOptions, Store } from "@holdfast/core";

import { behaviour, persistent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { HandClock } from "../hand-clock.ts";
import { insert, remove } from "../ops.ts";
import { failure } from "../refusal.ts";
import { brief, Replica } from "../replica.ts";
import { save, wrongly, writeAll } from "../shorthand.ts";

const day = 86_400_000_000;

async function tombstones(store: Store): Promise<number> {
  return (await store.stats()).tombstones;
}

/** Takes what there is, under a hold. */
async function catchUp(replica: Replica, store: Store, hold: HoldOptions): Promise<Replica> {
  for await (const batch of store.changes(replica.cursor, { hold })) replica.apply(batch);
  return replica;
}

/** A follower under a hold that has seen one record, which was then deleted; beside it a delete that nobody holds. */
async function heldDelete(store: Store, hold: HoldOptions): Promise<Replica> {
  await writeAll(store, [insert("Item", "a"), insert("Item", "b")]);
  const replica = await catchUp(new Replica(), store, hold);
  await writeAll(store, [remove("Item", "a")]);
  const free = store.tenant("free");
  await save(free, "Item", "a");
  await writeAll(free, [remove("Item", "a")]);
  return replica;
}

async function passUntilFreeIsForgotten(store: Store, clock: HandClock): Promise<void> {
  await clock.passUntil(store, async () => (await tombstones(store.tenant("free"))) === 0);
}

export const holds: Theme = {
  name: "holds",
  behaviours: [
    behaviour("keeps a delete for its follower, however old, and lets it go once it is seen", async ({ open }) => {
      const clock = new HandClock();
      await using store = await open({ stamps: clock });
      const view = store.tenant("view");
      await save(store.tenant("free"), "Item", "b");
      const replica = await heldDelete(view, { name: "replica" });
      const free = view.tenant("free");
      clock.passDays(20);
      await clock.passUntil(store, async () => (await tombstones(free)) === 0);
      assert.equal(await tombstones(view), 1);
      await catchUp(replica, view, { name: "replica" });
      assert.deepEqual(replica.changes.slice(-1).map(brief), ["delete a 2"]);
      await clock.passUntil(store, async () => (await tombstones(view)) === 0);
      await save(view, "Item", "c");
      await (await catchUp(replica, view, { name: "replica" })).equals(view, "Item");
    }),
    behaviour("is listed with its owner, its times and its tenant, and ends when it is released", async ({ open }) => {
      const clock = new HandClock();
      await using store = await open({ stamps: clock });
      const view = store.tenant("view");
      const replica = await heldDelete(view, { name: "replica" });
      const since = clock.now();
      const hold = { tenant: "view", name: "replica", since, moved: since, expires: since + 30 * day };
      assert.deepEqual((await store.stats()).holds, [hold]);
      assert.deepEqual((await store.tenant("other").stats()).holds, []);
      clock.passDays(1);
      await catchUp(replica, view, { name: "replica", forMs: 1_000 });
      const moved = { ...hold, moved: since + day, expires: since + day + 1_000_000 };
      assert.deepEqual((await view.stats()).holds, [moved]);
      assert.equal(await store.releaseHold("replica"), false, "a hold of another tenant");
      assert.deepEqual([await view.releaseHold("replica"), await view.releaseHold("replica")], [true, false]);
      assert.deepEqual((await store.stats()).holds, []);
    }),
    behaviour("lets go what it kept when it is released", async ({ open }) => {
      const clock = new HandClock();
      await using store = await open({ stamps: clock });
      const view = store.tenant("view");
      const replica = await heldDelete(view, { name: "replica" });
      clock.passDays(8);
      await passUntilFreeIsForgotten(store, clock);
      assert.equal(await tombstones(view), 1);
      await view.releaseHold("replica");
      await clock.passUntil(store, async () => (await tombstones(view)) === 0);
      await failure(replica.catchUp(view), "FEED_EXPIRED");
    }),
    behaviour("ends by itself where its follower does not come back", async ({ open }) => {
      const clock = new HandClock();
      await using store = await open({ stamps: clock });
      await heldDelete(store, { name: "gone", forMs: 86_400_000 });
      clock.passDays(8);
      await clock.passUntil(store, async () => (await tombstones(store)) === 0);
      assert.deepEqual((await store.stats()).holds, []);
    }),
    behaviour("keeps what the slowest of several followers lacks", async ({ open }) => {
      const clock = new HandClock();
      await using store = await open({ stamps: clock });
      const view = store.tenant("view");
      const slow = await heldDelete(view, { name: "slow" });
      await catchUp(new Replica(), view, { name: "fast" });
      clock.passDays(8);
      await passUntilFreeIsForgotten(store, clock);
      assert.deepEqual((await catchUp(slow, view, { name: "slow" })).changes.slice(-1).map(brief), ["delete a 2"]);
      assert.deepEqual(
        (await view.stats()).holds.map(({ name }) => name),
        ["fast", "slow"],
      );
    }),
    behaviour("moves on with its follower while that waits for more", async ({ open }) => {
      const clock = new HandClock();
      await using store = await open({ stamps: clock });
      const view = store.tenant("view");
      const stop = new AbortController();
      const hold = { name: "live" };
      const batches = view.changes(undefined, { follow: true, signal: stop.signal, hold })[Symbol.asyncIterator]();
      await save(view, "Item", "a");
      await batches.next();
      clock.passDays(1);
      const more = batches.next();
      await save(view, "Item", "b");
      await more;
      const end = batches.next();
      stop.abort();
      await end;
      const [held] = (await view.stats()).holds;
      assert.equal(held?.moved, clock.now());
    }),
    behaviour("is refused without a proper name, time or cursor, and then nothing is held", async ({ open }) => {
      const clock = new HandClock();
      await using store = await open({ stamps: clock });
      await save(store, "Item", "a");
      for (const name of ["", "a b", "x".repeat(65), wrongly<string>(undefined)]) {
        await failure(catchUp(new Replica(), store, { name }), "INVALID_CONFIG");
        await failure(store.releaseHold(name), "INVALID_CONFIG");
      }
      for (const forMs of [0, -1, NaN, wrongly<number>("long")]) {
        await failure(catchUp(new Replica(), store, { name: "a", forMs }), "INVALID_CONFIG");
      }
      await using other = await open({ stamps: clock });
      await save(other, "Item", "a");
      await failure(catchUp(await new Replica().catchUp(other), store, { name: "a" }), "INVALID_CURSOR");
      const late = await new Replica().catchUp(store);
      await writeAll(store, [remove("Item", "a")]);
      clock.passDays(8);
      await clock.passUntil(store, async () => (await tombstones(store)) === 0);
      await failure(catchUp(late, store, { name: "a" }), "FEED_EXPIRED");
      assert.deepEqual((await store.stats()).holds, []);
    }),
    persistent("outlives a restart", async ({ open, reopen }) => {
      const clock = new HandClock();
      const store = await open({ stamps: clock });
      const replica = await heldDelete(store, { name: "replica" });
      const { holds: before } = await store.stats();
      await store.close();
      clock.passDays(8);
      await using again = await reopen(store, { stamps: clock });
      assert.deepEqual((await again.stats()).holds, before);
      await passUntilFreeIsForgotten(again, clock);
      assert.deepEqual((await catchUp(replica, again, { name: "replica" })).changes.slice(2, 3).map(brief), [
        "delete a 2",
      ]);
    }),
  ],
};
