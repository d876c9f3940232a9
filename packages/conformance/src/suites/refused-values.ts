import assert from "node:assert/strict";

import type { JsonObject, NewRecord } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { Behaviour, Theme } from "../behaviour.ts";
import { put } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, read, readStored, save, wrongly } from "../shorthand.ts";

class Point {
  readonly x = 1;
}

/** What JSON cannot hold, each made anew and put at `$.list[1].value`. */
const refused: readonly (readonly [what: string, make: () => unknown])[] = [
  ["NaN", () => NaN],
  ["Infinity", () => -Infinity],
  ["a bigint", () => 1n],
  ["a function", () => () => 1],
  ["a symbol", () => Symbol("s")],
  ["a Date", () => new Date(0)],
  ["a Map", () => new Map([["a", 1]])],
  ["a Set", () => new Set([1])],
  ["bytes", () => new Uint8Array([1])],
  ["a regular expression", () => /a/],
  ["a boxed string", (): unknown => Object("boxed")],
  ["an Error", () => new Error("e")],
  ["a promise", () => Promise.resolve(1)],
  ["an instance of a class", () => new Point()],
  ["an object that inherits from another", (): unknown => Object.create({ inherited: 1 })],
];

/** Where exactly the fault stands, beside the common place. */
const placed: readonly (readonly [what: string, value: unknown, path: readonly (string | number)[]])[] = [
  ["undefined in a list", { list: [1, undefined] }, ["list", 1]],
  ["a hole in a list", { list: withHole() }, ["list", 1]],
  ["a method called toJSON", { at: { toJSON: () => "tricked" } }, ["at", "toJSON"]],
  ["a value under an odd key", { "a.b": { "": NaN } }, ["a.b", ""]],
  [
    "a value under __proto__",
    JSON.parse('{"__proto__":[0]}', (_key, each: unknown) => (each === 0 ? 1n : each)),
    ["__proto__", 0],
  ],
  ["a getter that throws", wrongGetter(), ["bad"]],
];

export const refusedValues: Theme = {
  name: "values that JSON cannot hold",
  behaviours: [
    ...refused.map(([what, make]) => refuses(what, () => ({ list: [0, { value: make() }] }), ["list", 1, "value"])),
    ...placed.map(([what, value, path]) => refuses(what, () => value, path)),
    anywhere("refuses a cycle, where it closes", async ({ store }) => {
      const cycle: Record<string, unknown> = { name: "cycle" };
      cycle["self"] = [{ again: cycle }];
      const error = await failure(store.write([put("Item", "cycle", wrongly(cycle))]), "UNSERIALIZABLE_VALUE");
      assert.deepEqual(error.details["path"], ["self", 0, "again"]);
    }),
    anywhere("refuses a document that is no object", async ({ store }) => {
      for (const body of [null, undefined, [], "text", 1, true, new Point()]) {
        const record = { type: "Item", id: "no-object", documentVersion: 1, body };
        await failure(store.write([{ put: wrongly<NewRecord>(record), expect: "any" }]), "UNSERIALIZABLE_VALUE");
      }
      assert.equal(await read(store, "Item", "no-object"), undefined);
    }),
    anywhere("refuses what a Proxy throws, with that as the cause", async ({ store }) => {
      const thrown = new Error("trapped");
      const trap = (): never => {
        throw thrown;
      };
      for (const handler of [{ get: trap }, { ownKeys: trap }, { getPrototypeOf: trap }]) {
        const body = { in: new Proxy({ a: 1 }, handler) };
        const error = await failure(store.write([put("Item", "proxy", wrongly(body))]), "UNSERIALIZABLE_VALUE");
        assert.equal(error.cause, thrown);
      }
    }),
    anywhere("reads each property once, so that index and document agree", async ({ store }) => {
      let reads = 0;
      const body = new Proxy({ rank: 0 }, { get: () => ++reads });
      await save(store, "Item", "once", body);
      assert.deepEqual((await readStored(store, "Item", "once")).body, { rank: 1 });
      assert.deepEqual(await findIds(store, { type: "Item", where: { rank: 1 } }), ["once"]);
    }),
    anywhere("leaves the objects of the program as they were", async ({ store }) => {
      const body: JsonObject = Object.freeze(JSON.parse('{"__proto__":{"polluted":true},"a":{"b":1}}') as JsonObject);
      await save(store, "Item", "clean", body);
      await readStored(store, "Item", "clean");
      assert.equal("polluted" in {}, false);
      assert.equal(JSON.stringify(body), '{"__proto__":{"polluted":true},"a":{"b":1}}');
    }),
  ],
};

function refuses(what: string, make: () => unknown, path: readonly (string | number)[]): Behaviour {
  return anywhere(`refuses ${what}, and says where it stands`, async ({ store }) => {
    const error = await failure(store.write([put("Item", "refused", wrongly(make()))]), "UNSERIALIZABLE_VALUE");
    assert.deepEqual(error.details["path"], path);
    assert.equal(await read(store, "Item", "refused"), undefined);
  });
}

function wrongGetter(): object {
  return Object.defineProperty({}, "bad", {
    enumerable: true,
    get: () => {
      throw new Error("no");
    },
  });
}

function withHole(): readonly number[] {
  const list: number[] = [1];
  list[2] = 3;
  return list;
}
