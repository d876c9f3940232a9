import assert from "node:assert/strict";

import type { CallLimits, ChangesOptions, Store, StoreSession, TransactionOptions } from "@holdfast/core";

import { behaviour } from "../behaviour.ts";
import type { Behaviour, Theme } from "../behaviour.ts";
import { boxed, heir, thenable, throwAsIs, trap, turnedAway } from "../hostile.ts";
import { insert } from "../ops.ts";
import { read, readStored, save, wrongly, writeAll } from "../shorthand.ts";

const noOptions: readonly unknown[] = [null, 7, "readOnly", [], () => ({}), new Map(), heir({ timeoutMs: 5 })];
const noSignals: readonly unknown[] = [null, true, "abort", {}, { aborted: true }, new EventTarget()];
const noTimes: readonly unknown[] = [0, -1, NaN, -Infinity, "5", null, 5n, {}, boxed(5)];
const noLimits: readonly unknown[] = [
  ...noOptions,
  ...noSignals.map((signal) => ({ signal })),
  ...noTimes.map((timeoutMs) => ({ timeoutMs })),
  { timeout: 5 },
  new Proxy({ timeoutMs: 5 }, { get: trap }),
  new Proxy({}, { ownKeys: trap }),
];

function refuses(name: string, attack: (store: Store) => Promise<void>): Behaviour {
  return behaviour(name, async ({ store }) => {
    await save(store, "Item", "bystander");
    await attack(store);
    assert.equal((await readStored(store, "Item", "bystander")).version, 1);
    assert.equal(await read(store, "Item", "hostile"), undefined);
    await writeAll(store, [insert("Item", "afterwards")]);
  });
}

async function write(session: StoreSession): Promise<void> {
  await writeAll(session, [insert("Item", "hostile")]);
}

export const hostileOptions: Theme = {
  name: "hostile options",
  behaviours: [
    refuses("refuses options of a transaction that are none, before its work runs", async (store) => {
      const tries = [0, -1, NaN, "3", null, {}, 3n].map((each) => ({ tries: each }));
      const flags = [0, 1, "false", null, {}].map((readOnly) => ({ readOnly }));
      for (const options of [...noLimits, ...tries, ...flags, { readonly: true }, { isolation: "none" }]) {
        const bad = wrongly<TransactionOptions>(options);
        await turnedAway(() => store.transaction(write, bad), "INVALID_CONFIG");
        await store.transaction(async (session) => {
          await turnedAway(() => session.transaction(write, bad), "INVALID_CONFIG");
        });
      }
    }),
    refuses("refuses work that is no function, and commits the transaction around it", async (store) => {
      for (const work of [null, undefined, "work", {}, [], Promise.resolve(), thenable(trap), { call: trap }]) {
        const bad = wrongly<typeof write>(work);
        await turnedAway(() => store.transaction(bad), "INVALID_CONFIG");
        await store.transaction(async (session) => {
          await turnedAway(() => session.transaction(bad), "INVALID_CONFIG");
        });
      }
      await store.transaction(async (session) => {
        await save(session, "Note", "around");
        await turnedAway(() => session.transaction(wrongly<typeof write>(null)), "INVALID_CONFIG");
      });
      assert.equal((await readStored(store, "Note", "around")).version, 1);
    }),
    refuses("refuses limits of calls that are none", async (store) => {
      for (const limits of noLimits) {
        await turnedAway(() => write(store.within(wrongly<CallLimits>(limits))), "INVALID_CONFIG");
      }
    }),
    behaviour("takes time limits beyond what a timer counts", async ({ store }) => {
      for (const timeoutMs of [2 ** 31, 1e12, Number.MAX_VALUE, Infinity]) {
        await store.within({ timeoutMs }).transaction((session) => save(session, "Item", "patient"), { timeoutMs });
        await save(store.within({ timeoutMs }), "Item", "patient");
      }
    }),
    refuses("refuses options of following that are none", async (store) => {
      for (const options of [
        ...noOptions,
        ...noSignals.map((signal) => ({ signal })),
        ...[1, "yes", null].map((follow) => ({ follow })),
        ...noOptions.map((hold) => ({ hold })),
        ...["", "a b", "x".repeat(65), 7, null].map((name) => ({ hold: { name } })),
        ...noTimes.map((forMs) => ({ hold: { name: "held", forMs } })),
        { hold: { name: "held", days: 5 } },
        { timeoutMs: 5 },
      ]) {
        const batches = async (): Promise<void> => {
          for await (const batch of store.changes(undefined, wrongly<ChangesOptions>(options))) void batch;
        };
        await turnedAway(batches, "INVALID_CONFIG");
      }
    }),
    refuses("refuses to back up into what is no free stream", async (store) => {
      const locked = new WritableStream<string>();
      const writer = locked.getWriter();
      const streams = [null, undefined, "file", {}, { getWriter: trap }, new ReadableStream(), locked];
      for (const stream of streams) {
        await turnedAway(() => store.backup(wrongly<WritableStream<string>>(stream)), "INVALID_CONFIG");
      }
      await writer.close();
    }),
    refuses("passes on whatever the work throws, and rolls back", async (store) => {
      const proxy = new Proxy({}, { has: trap, get: trap, getPrototypeOf: trap });
      const forged = { [Symbol.for("holdfast.error")]: true, code: "TRANSACTION_CONFLICT", retryable: true };
      for (const thrown of [undefined, null, 7, "text", Symbol("s"), forged, proxy]) {
        const work = async (session: StoreSession): Promise<never> => {
          await write(session);
          throwAsIs(thrown);
        };
        const fails = async (run: Promise<unknown>): Promise<void> => {
          const [settled] = await Promise.allSettled([run]);
          assert.ok(settled?.status === "rejected" && settled.reason === thrown);
        };
        await fails(store.transaction(work));
        await store.transaction((session) => fails(session.transaction(work)));
      }
    }),
  ],
};
