import assert from "node:assert/strict";

import type { Store } from "@holdfast/core";

import { behaviour, persistent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { HandClock } from "../hand-clock.ts";
import { insert, remove } from "../ops.ts";
import { failure } from "../refusal.ts";
import { brief, Replica } from "../replica.ts";
import { save, writeAll } from "../shorthand.ts";

async function tombstones(store: Store): Promise<number> {
  return (await store.stats()).tombstones;
}

async function saveAndRemove(store: Store, id: string): Promise<void> {
  await save(store, "Item", id);
  await writeAll(store, [remove("Item", id)]);
}

export const forgetting: Theme = {
  name: "forgetting deletes",
  behaviours: [
    behaviour("remembers deletes for seven days, and forgets them beside later writes", async ({ open }) => {
      const clock = new HandClock();
      await using store = await open({ stamps: clock });
      await saveAndRemove(store, "old");
      clock.passDays(6);
      await saveAndRemove(store, "young");
      clock.passDays(2);
      await clock.passUntil(store, async () => (await tombstones(store)) < 2);
      assert.equal(await tombstones(store), 1);
      assert.equal((await save(store, "Item", "young")).version, 3);
    }),
    behaviour("remembers them for as long as it was told to", async ({ open }) => {
      const clock = new HandClock();
      await using store = await open({ stamps: clock, keepTombstonesMs: 1_000 });
      await saveAndRemove(store, "a");
      await clock.passUntil(store, async () => (await tombstones(store)) === 0);
    }),
    behaviour("begins at version 1 again where a delete is forgotten", async ({ open }) => {
      const clock = new HandClock();
      await using store = await open({ stamps: clock });
      await writeAll(store, [insert("Item", "a"), insert("Loose", "b")]);
      await writeAll(store, [remove("Item", "a"), remove("Loose", "b")]);
      clock.passDays(8);
      await clock.passUntil(store, async () => (await tombstones(store)) === 0);
      const again = [await save(store, "Item", "a"), await save(store, "Loose", "b")];
      assert.deepEqual(
        again.map(({ version }) => version),
        [1, 1],
      );
    }),
    behaviour("tells a follower who has not seen what is forgotten, and no other", async ({ open }) => {
      const clock = new HandClock();
      await using store = await open({ stamps: clock });
      const [view, other] = [store.tenant("view"), store.tenant("other")];
      await writeAll(view, [insert("Item", "a"), insert("Item", "b")]);
      await save(other, "Item", "a");
      const [late, seen, elsewhere] = [new Replica(), new Replica(), new Replica()];
      await Promise.all([late.catchUp(view), seen.catchUp(view), elsewhere.catchUp(other)]);
      await writeAll(view, [remove("Item", "a")]);
      await clock.settle(store);
      await seen.catchUp(view);
      clock.passDays(8);
      await clock.passUntil(store, async () => (await tombstones(view)) === 0);
      await failure(late.catchUp(view), "FEED_EXPIRED");
      await save(view, "Item", "c");
      assert.deepEqual((await seen.catchUp(view)).changes.slice(-1).map(brief), ["put c 1"]);
      await seen.equals(view, "Item");
      await (await elsewhere.catchUp(other)).equals(other, "Item");
      await (await new Replica().catchUp(view)).equals(view, "Item");
    }),
    behaviour("lets a follower who began before go on, where it needs nothing of it", async ({ open }) => {
      const clock = new HandClock();
      await using store = await open({ stamps: clock });
      await saveAndRemove(store, "a");
      await clock.settle(store);
      const replica = await new Replica().catchUp(store);
      clock.passDays(8);
      await clock.passUntil(store, async () => (await tombstones(store)) === 0);
      await (await replica.catchUp(store)).equals(store, "Item", "Clock");
    }),
    persistent("knows after a restart what it has forgotten", async ({ open, reopen }) => {
      const clock = new HandClock();
      const store = await open({ stamps: clock });
      await save(store, "Item", "a");
      const replica = await new Replica().catchUp(store);
      await writeAll(store, [remove("Item", "a")]);
      clock.passDays(8);
      await clock.passUntil(store, async () => (await tombstones(store)) === 0);
      await store.close();
      await using again = await reopen(store, { stamps: clock });
      await failure(replica.catchUp(again), "FEED_EXPIRED");
    }),
  ],
};
