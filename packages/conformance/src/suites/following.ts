import assert from "node:assert/strict";

import { HoldfastError } from "@holdfast/core";
import type { ChangeBatch, ChangesOptions, Store } from "@holdfast/core";

import { behaviour, sharable } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { gate } from "../gate.ts";
import { insert, remove } from "../ops.ts";
import { failure } from "../refusal.ts";
import { brief, Replica } from "../replica.ts";
import { fieldOf, range, save, writeAll } from "../shorthand.ts";

/** A follower in the background, and how to wait for what it has seen. */
class Follower {
  readonly replica = new Replica();
  /** How it ended. */
  readonly ended: Promise<Error | "normally">;
  #more = gate();

  constructor(
    store: Store,
    options: ChangesOptions,
    look: (replica: Replica, batch: ChangeBatch) => void = () => undefined,
  ) {
    this.ended = this.#follow(store.changes(undefined, { follow: true, ...options }), look).then(
      () => "normally" as const,
      (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))),
    );
  }

  /** Resolves once the follower is caught up and has what is wanted; fails if it ends before. */
  async until(has: (replica: Replica) => boolean): Promise<void> {
    const ended = this.ended.then((how) => {
      throw new Error(`the follower ended: ${String(how)}`);
    });
    ended.catch(() => undefined);
    while (this.replica.batches.at(-1)?.caughtUp !== true || !has(this.replica)) {
      await Promise.race([this.#more.opened, ended]);
    }
  }

  async #follow(
    batches: AsyncIterable<ChangeBatch>,
    look: (replica: Replica, batch: ChangeBatch) => void,
  ): Promise<void> {
    for await (const batch of batches) {
      this.replica.apply(batch);
      look(this.replica, batch);
      const before = this.#more;
      this.#more = gate();
      before.open();
    }
  }
}

/** By the clock alone, no test would end that follows with this. */
const hourMs = 3_600_000;
const accounts = 12;
const writers = 3;
const transfersEach = 12;

/** Moves some of one account's rank to another, in one transaction, and leaves a trace. */
async function transfer(store: Store, writer: number, round: number): Promise<void> {
  const from = `account${(writer + round) % accounts}`;
  const to = `account${(writer * 3 + round * 5 + 1) % accounts}`;
  await store.transaction(
    async (session) => {
      const [left, right] = [Number(await fieldOf(session, "Item", from, "rank")), writer + round + 1];
      await save(session, "Item", from, { rank: left - right });
      const held = Number(await fieldOf(session, "Item", to, "rank"));
      await save(session, "Item", to, { rank: held + right });
      const trace = `trace${writer}`;
      await session.write([round % 3 === 2 ? remove("Loose", trace) : { ...insert("Loose", trace), expect: "any" }]);
    },
    { tries: 100 },
  );
}

function total(replica: Replica): number {
  const items = [...replica.records.values()].filter(({ type }) => type === "Item");
  return items.reduce((sum, { body }) => sum + Number(body["rank"]), 0);
}

export const following: Theme = {
  name: "following",
  behaviours: [
    behaviour("waits for more, and ends without an error when its signal is given", async ({ store }) => {
      await save(store, "Item", "a");
      const stop = new AbortController();
      const follower = new Follower(store, { signal: stop.signal });
      await follower.until(({ records }) => records.size === 1);
      await save(store, "Item", "b");
      await follower.until(({ records }) => records.size === 2);
      await store.transaction((session) => writeAll(session, [remove("Item", "a"), insert("Loose", "c")]));
      await follower.until(({ changes }) => changes.length === 4);
      assert.deepEqual([...follower.replica.records.keys()], ["Item b", "Loose c"]);
      stop.abort();
      assert.equal(await follower.ended, "normally");
    }),
    behaviour("says once, where nothing has changed, that all is caught up", async ({ store }) => {
      const stop = new AbortController();
      const follower = new Follower(store, { signal: stop.signal });
      await follower.until(({ batches }) => batches.length === 1);
      await save(store, "Item", "a");
      await follower.until(({ records }) => records.size === 1);
      stop.abort();
      await follower.ended;
      assert.deepEqual(
        follower.replica.batches.map(({ changes }) => changes.map(brief)),
        [[], ["put a 1"]],
      );
    }),
    behaviour("gives nothing where the signal was given before", async ({ store }) => {
      await save(store, "Item", "a");
      const follower = new Follower(store, { signal: AbortSignal.abort() });
      assert.equal(await follower.ended, "normally");
      assert.deepEqual(follower.replica.batches, []);
    }),
    behaviour("keeps the limits of the view", async ({ store }) => {
      const stop = new AbortController();
      const follower = new Follower(store.within({ signal: stop.signal }), {});
      await follower.until(({ batches }) => batches.length === 1);
      stop.abort();
      const how = await follower.ended;
      assert.ok(HoldfastError.is(how, "ABORTED"), String(how));
    }),
    behaviour("is ended by closing the store, as STORE_CLOSED", async ({ open }) => {
      const store = await open();
      const follower = new Follower(store.tenant("view"), {});
      await follower.until(({ batches }) => batches.length === 1);
      await store.close();
      const how = await follower.ended;
      assert.ok(HoldfastError.is(how, "STORE_CLOSED"), String(how));
      await failure(new Replica().catchUp(store), "STORE_CLOSED");
    }),
    behaviour(
      "shows at each batch that is caught up a state that the store was in, while many write",
      async ({ store }) => {
        await writeAll(
          store,
          range(accounts).map((at) => insert("Item", `account${at}`, { rank: 1_000 })),
        );
        const stop = new AbortController();
        const totals = new Set<number>();
        const follower = new Follower(store, { signal: stop.signal }, (replica, { caughtUp }) => {
          if (caughtUp) totals.add(total(replica));
        });
        await Promise.all(
          range(writers).map(async (writer) => {
            for (const round of range(transfersEach)) await transfer(store, writer, round);
          }),
        );
        await save(store, "Item", "last", { rank: 0 });
        await follower.until(({ records }) => records.has("Item last"));
        stop.abort();
        assert.equal(await follower.ended, "normally");
        assert.deepEqual([...totals], [accounts * 1_000]);
        await follower.replica.equals(store, "Item", "Loose");
      },
    ),
    behaviour("is woken by what its own store commits, not by the clock", async ({ open }) => {
      await using store = await open({ pollMs: hourMs });
      const view = store.tenant("view");
      const stop = new AbortController();
      const [one, two] = [new Follower(view, { signal: stop.signal }), new Follower(view, { signal: stop.signal })];
      for (const at of range(3)) {
        await save(view, "Item", `i${at}`);
        await Promise.all([one, two].map((each) => each.until(({ records }) => records.size === at * 2 + 1)));
        await view.transaction((session) => save(session, "Loose", `l${at}`));
        await Promise.all([one, two].map((each) => each.until(({ records }) => records.size === at * 2 + 2)));
      }
      stop.abort();
      assert.deepEqual([await one.ended, await two.ended], ["normally", "normally"]);
    }),
    sharable("is woken by what another store on the same place commits, where there are hints", async (bench) => {
      await using one = await bench.open({ pollMs: hourMs });
      if (one.guarantees.hints === "poll") return;
      await using two = await bench.reopen(one);
      const stop = new AbortController();
      const follower = new Follower(one, { signal: stop.signal });
      for (const at of range(3)) {
        await save(two, "Item", `i${at}`);
        await follower.until(({ records }) => records.size === at + 1);
      }
      stop.abort();
      assert.equal(await follower.ended, "normally");
    }),
    sharable("sees what another store on the same place writes", async ({ open, reopen }) => {
      await using one = await open();
      await using two = await reopen(one);
      const stop = new AbortController();
      const follower = new Follower(one, { signal: stop.signal });
      await follower.until(({ batches }) => batches.length === 1);
      await save(two, "Item", "a");
      await follower.until(({ records }) => records.size === 1);
      stop.abort();
      assert.equal(await follower.ended, "normally");
    }),
  ],
};
