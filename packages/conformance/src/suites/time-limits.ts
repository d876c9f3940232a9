import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

import type { Store } from "@holdfast/core";

import { behaviour } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { gate } from "../gate.ts";
import { insert, put } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, range, read, readStored, save } from "../shorthand.ts";

const never = new Promise<never>(() => undefined);

/** Runs `work` while another transaction has written this record and is still open. */
async function whileHeld<T>(store: Store, id: string, work: () => Promise<T>): Promise<T> {
  const [held, end] = [gate(), gate()];
  const holder = store.transaction(
    async (session) => {
      await save(session, "Item", id, { by: "holder" });
      held.open();
      await end.opened;
    },
    { timeoutMs: 3_000 },
  );
  await Promise.race([held.opened, holder]);
  try {
    return await work();
  } finally {
    end.open();
    await holder;
  }
}

export const timeLimits: Theme = {
  name: "time limits, signals and queues",
  behaviours: [
    behaviour("ends a transaction at its time limit, rolled back, and lets others write", async ({ store }) => {
      const call = store.transaction(
        async (session) => {
          await save(session, "Item", "stuck");
          await never;
        },
        { timeoutMs: 50 },
      );
      const error = await failure(call, "TIMEOUT");
      assert.equal(error.outcome, "none");
      assert.equal(await read(store, "Item", "stuck"), undefined);
      assert.equal((await save(store, "Item", "stuck")).version, 1);
    }),
    behaviour("ends a transaction by its signal, rolled back, with the reason as the cause", async ({ store }) => {
      const controller = new AbortController();
      const reason = new Error("changed my mind");
      const call = store.transaction(
        async (session) => {
          await save(session, "Item", "aborted");
          controller.abort(reason);
          await never;
        },
        { signal: controller.signal },
      );
      const error = await failure(call, "ABORTED");
      assert.deepEqual([error.outcome, error.retryable, error.cause], ["none", false, reason]);
      assert.equal(await read(store, "Item", "aborted"), undefined);
    }),
    behaviour("runs nothing of a transaction whose signal was given before", async ({ store }) => {
      let ran = false;
      const work = async () => {
        ran = true;
        return Promise.resolve();
      };
      await failure(store.transaction(work, { signal: AbortSignal.abort() }), "ABORTED");
      assert.equal(ran, false);
    }),
    behaviour("commits in spite of a signal that comes after the end", async ({ store }) => {
      const controller = new AbortController();
      await store.transaction((session) => save(session, "Item", "done"), { signal: controller.signal });
      controller.abort();
      assert.equal((await readStored(store, "Item", "done")).version, 1);
    }),
    behaviour("refuses the session of a transaction that was ended by its limit", async ({ store }) => {
      const ended = gate();
      let late: Promise<unknown> | undefined;
      const call = store.transaction(
        async (session) => {
          late = ended.opened.then(() => failure(session.write([insert("Item", "late")]), "TRANSACTION_CLOSED"));
          await never;
        },
        { timeoutMs: 20 },
      );
      await failure(call, "TIMEOUT");
      ended.open();
      await late;
      assert.equal(await read(store, "Item", "late"), undefined);
    }),
    behaviour("gives up waiting for a transaction's turn at its time limit", async ({ store }) => {
      await whileHeld(store, "turn", async () => {
        const call = store.transaction((session) => save(session, "Item", "turn", { by: "waiter" }), { timeoutMs: 50 });
        assert.equal((await failure(call, "TIMEOUT")).outcome, "none");
      });
      assert.deepEqual((await readStored(store, "Item", "turn")).body, { by: "holder" });
    }),
    behaviour("makes no call whose signal was given before", async ({ store }) => {
      const view = store.within({ signal: AbortSignal.abort() });
      const calls = [
        () => view.get("Item", ["x"]),
        () => view.find({ type: "Item" }),
        () => view.count("Item"),
        () => view.write([insert("Item", "x")]),
        () => view.transaction((session) => save(session, "Item", "x")),
        () => view.stats(),
        () => view.check(),
        () => view.reset(),
        () => view.backup(new WritableStream<string>()),
      ];
      for (const call of calls) await failure(call(), "ABORTED");
      assert.equal(await read(store, "Item", "x"), undefined);
    }),
    behaviour(
      "gives up a write that waits at the view's time limit, and says truly what became of it",
      async ({ store }) => {
        const error = await whileHeld(store, "limited", () =>
          failure(store.within({ timeoutMs: 50 }).write([put("Item", "limited", { by: "waiter" })]), "TIMEOUT"),
        );
        // A write behind it shows that the first one is no longer under way.
        const { version } = await save(store, "Item", "limited", { by: "last" });
        if (error.outcome === "none") assert.equal(version, 2);
        else
          assert.ok(
            error.outcome === "unknown" || version === 3,
            `the outcome was ${error.outcome}, the version ${version}`,
          );
      },
    ),
    behaviour("limits each call of a view apart, and leaves the store itself alone", async ({ store }) => {
      const controller = new AbortController();
      const view = store.within({ signal: controller.signal, timeoutMs: 10_000 });
      await save(view, "Item", "limited-1");
      controller.abort();
      await failure(view.get("Item", ["limited-1"]), "ABORTED");
      assert.equal((await save(store, "Item", "limited-1")).version, 2);
      assert.equal((await save(store.within({}), "Item", "limited-1")).version, 3);
    }),
    behaviour("keeps the tenant in a limited view, and the limits in its tenants", async ({ store }) => {
      assert.equal(store.within({ timeoutMs: 1_000 }).tenantName, store.tenantName);
      const tenant = store.within({ signal: AbortSignal.abort() }).tenant(store.tenantName);
      await failure(tenant.get("Item", ["x"]), "ABORTED");
    }),
    behaviour(
      "joins the limits of a view within a view: each signal counts, and the shortest time",
      async ({ store }) => {
        const aborted = store.within({ signal: AbortSignal.abort() }).within({ signal: new AbortController().signal });
        await failure(aborted.get("Item", ["x"]), "ABORTED");
        const short = store.within({ timeoutMs: 30 });
        await failure(
          short.within({ timeoutMs: 60_000 }).transaction(() => never),
          "TIMEOUT",
        );
        await failure(
          short.transaction(() => never, { timeoutMs: 60_000 }),
          "TIMEOUT",
        );
      },
    ),
    behaviour("takes a time limit longer than any timer as none", async ({ store }) => {
      const view = store.within({ timeoutMs: Number.MAX_SAFE_INTEGER });
      await view.transaction(
        async (session) => {
          await session.transaction((inner) => save(inner, "Item", "patient"), { timeoutMs: 2 ** 31 });
          await delay(5); // A timer that overflows goes off before this one.
        },
        { timeoutMs: 1e12 },
      );
      assert.equal((await readStored(view, "Item", "patient")).version, 1);
    }),
    behaviour("refuses a time limit that is none", async ({ store }) => {
      for (const timeoutMs of [0, -1, NaN]) {
        await failure((async () => store.within({ timeoutMs }).now())(), "INVALID_CONFIG");
        const call = store.transaction((session) => save(session, "Item", "x"), { timeoutMs });
        await failure(call, "INVALID_CONFIG");
      }
      await store.transaction(async (session) => {
        const inner = session.transaction(() => Promise.resolve(), { timeoutMs: NaN });
        await failure(inner, "INVALID_CONFIG");
        await save(session, "Item", "not-doomed");
      });
      assert.equal((await readStored(store, "Item", "not-doomed")).version, 1);
    }),
    behaviour("ends a backup at its limits, though the stream takes nothing", async ({ store }) => {
      await save(store, "Item", "x");
      const stuck = new WritableStream<string>({ write: () => never });
      await failure(store.within({ timeoutMs: 30 }).backup(stuck), "TIMEOUT");
    }),
    behaviour("refuses calls above its queue limit at once, and does the others", async ({ open }) => {
      await using store = await open({ queueLimit: 10 });
      const calls = range(50).map((at) => store.write([insert("Item", `q${at}`)]));
      const settled = await Promise.allSettled(calls.map((call) => failure(call, "STORE_BUSY")));
      const busy = settled.filter(({ status }) => status === "fulfilled").length;
      assert.ok(busy > 0 && busy < 50, `${busy} of 50 calls were refused`);
      const [first] = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      assert.deepEqual([first?.retryable, first?.outcome], [true, "none"]);
      assert.equal(await store.count("Item"), 50 - busy);
      assert.equal((await findIds(store, { type: "Item" }))[0], "q0");
    }),
    behaviour("takes calls again once the queue is shorter", async ({ open }) => {
      await using store = await open({ queueLimit: 5 });
      for (const round of range(10)) await Promise.all(range(5).map((at) => save(store, "Item", `r${round}-${at}`)));
      assert.equal(await store.count("Item"), 50);
    }),
  ],
};
