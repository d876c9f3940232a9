import assert from "node:assert/strict";

import type { JsonObject, StoreSession } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { counted, heir, holes, thenable, throwAsIs, trap, turnedAway, withstands } from "../hostile.ts";
import { put } from "../ops.ts";
import { failure } from "../refusal.ts";
import { range, readStored, save, wrongly } from "../shorthand.ts";

const tenKibibytes = "x".repeat(10_240);
const readsMost = Math.ceil((8 * 1_024) / 10);

function write(store: StoreSession, body: unknown): Promise<unknown> {
  return store.write([put("Item", "hostile", wrongly<JsonObject>(body))]);
}

export const hostileDocuments: Theme = {
  name: "hostile documents",
  behaviours: [
    withstands("refuses a document of 100 MB once the limit is read, however it is made", async (store) => {
      const keys = Object.fromEntries(range(10_000).map((at) => [`k${at}`, 0]));
      const wide = counted(keys, () => tenKibibytes);
      const endless = counted(holes<unknown>(2 ** 32 - 1), () => tenKibibytes);
      const lists = counted(holes<unknown>(2 ** 32 - 1), () => [tenKibibytes]);
      for (const { value, reads } of [wide, endless, lists]) {
        await turnedAway(() => write(store, { value }), "DOCUMENT_TOO_LARGE");
        assert.ok(reads() <= readsMost, `${reads()} reads of ten kibibytes`);
      }
      const once = counted({ text: 0 }, () => "x".repeat(100_000_000));
      await turnedAway(() => write(store, { text: once.value, more: once.value }), "DOCUMENT_TOO_LARGE");
      assert.equal(once.reads(), 1);
    }),
    withstands("refuses a document without an end at its 500th level", async (store) => {
      let reads = 0;
      const deeper = (): object =>
        new Proxy({ left: 0, right: 0 }, { get: () => (++reads > 100_000 ? undefined : deeper()) });
      await turnedAway(() => write(store, deeper()), "UNSERIALIZABLE_VALUE");
      assert.ok(reads <= 500, `${reads} reads`);
    }),
    withstands("never calls toJSON, whatever it would do", async (store) => {
      let calls = 0;
      const tricks: readonly (() => unknown)[] = [
        trap,
        () => "text",
        () => undefined,
        () => new Date(0),
        function itself(this: unknown) {
          return this;
        },
        function chain() {
          return { toJSON: chain };
        },
      ];
      for (const trick of tricks) {
        const toJSON = function counting(this: unknown): unknown {
          calls += 1;
          return Reflect.apply(trick, this, []);
        };
        await turnedAway(() => write(store, { toJSON }), "UNSERIALIZABLE_VALUE");
        await turnedAway(() => write(store, { list: [{ toJSON }] }), "UNSERIALIZABLE_VALUE");
        await turnedAway(() => write(store, Object.assign([], { toJSON })), "UNSERIALIZABLE_VALUE");
        await turnedAway(() => write(store, { in: heir({ toJSON }) }), "UNSERIALIZABLE_VALUE");
      }
      assert.equal(calls, 0);
    }),
    withstands("refuses what any trap of a Proxy throws, at the top and within", async (store) => {
      for (const name of ["get", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor"] as const) {
        const proxy = new Proxy({ a: 1 }, { [name]: trap });
        await turnedAway(() => write(store, proxy), "UNSERIALIZABLE_VALUE");
        await turnedAway(() => write(store, { list: [proxy] }), "UNSERIALIZABLE_VALUE");
      }
      const lying = new Proxy({}, { ownKeys: () => ["a", "a"] });
      const revoked = Proxy.revocable({}, {});
      revoked.revoke();
      for (const proxy of [lying, revoked.proxy, new Proxy([], { get: trap })]) {
        await turnedAway(() => write(store, { proxy }), "UNSERIALIZABLE_VALUE");
        await turnedAway(() => write(store, proxy), "UNSERIALIZABLE_VALUE");
      }
    }),
    anywhere("takes nothing for its own error that a getter throws", async ({ store }) => {
      const forged = {
        [Symbol.for("holdfast.error")]: true,
        code: "NO_SUCH_CODE",
        retryable: true,
        outcome: "applied",
      };
      const trapped = new Proxy({}, { has: trap, get: trap, getPrototypeOf: trap });
      for (const thrown of [undefined, null, "text", forged, trapped]) {
        const body = Object.defineProperty({}, "bad", {
          enumerable: true,
          get: () => {
            throwAsIs(thrown);
          },
        });
        const error = await failure(write(store, body), "UNSERIALIZABLE_VALUE");
        assert.ok(error.cause === (thrown ?? error.cause) && error.outcome === "none");
      }
    }),
    withstands("refuses lists of holes, huge numbers and odd classes, in short sentences", async (store) => {
      class Named {
        static readonly name = "N".repeat(1_000_000);
      }
      class Trapping {
        static get name(): string {
          return trap();
        }
      }
      const longKey = "k".repeat(1_000_000);
      const bodies: readonly unknown[] = [
        { list: holes(2 ** 32 - 1) },
        { big: 2n ** 100_000n },
        { named: new Named() },
        { trapping: new Trapping() },
        { [longKey]: { [longKey]: NaN } },
        { weak: new WeakMap(), ref: new WeakRef({}) },
        { realm: globalThis },
      ];
      for (const body of bodies) await turnedAway(() => write(store, body), "UNSERIALIZABLE_VALUE");
    }),
    anywhere("leaves out what JSON passes over: symbols, hidden properties, named ones of lists", async ({ store }) => {
      const body = Object.defineProperty({ list: Object.assign([1, 2], { extra: 3 }), [Symbol("s")]: 4 }, "hidden", {
        value: 5,
      });
      await save(store, "Item", "passed-over", wrongly(body));
      assert.deepEqual((await readStored(store, "Item", "passed-over")).body, { list: [1, 2] });
    }),
    anywhere("keeps documents that look like lists, promises and errors", async ({ store }) => {
      const bodies: readonly JsonObject[] = [
        { length: 2, 0: "a", 1: "b" },
        { ...thenable("not a function"), catch: null },
        { code: "ECONNRESET", message: "m", stack: "s" },
        { toJSON: "text", valueOf: 1, toString: null },
        { put: {}, expect: "any", type: "Item", id: 7 },
      ];
      for (const body of bodies) {
        await save(store, "Item", "look-alike", body);
        assert.deepEqual((await readStored(store, "Item", "look-alike")).body, body);
      }
    }),
    withstands("refuses a thenable document, and never calls its then", async (store) => {
      let calls = 0;
      const then = (resolve: (value: unknown) => void): void => {
        calls += 1;
        resolve({ rank: 5 });
      };
      await turnedAway(() => write(store, thenable(then)), "UNSERIALIZABLE_VALUE");
      await turnedAway(() => write(store, heir(thenable(then))), "UNSERIALIZABLE_VALUE");
      assert.equal(calls, 0);
    }),
  ],
};
