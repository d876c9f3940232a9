import assert from "node:assert/strict";

import { errorCodes } from "@holdfast/core";
import type { ErrorCode, HoldfastError } from "@holdfast/core";

import { anywhere } from "./behaviour.ts";
import type { Behaviour, TenantSession } from "./behaviour.ts";
import { remove } from "./ops.ts";
import { failure } from "./refusal.ts";
import { readStored, save, show, writeAll } from "./shorthand.ts";

/** What hostile values throw: beside an engine's complaint about a Proxy, all that may stand behind a refusal. */
export class Trapped extends Error {}

export function trap(): never {
  throw new Trapped("trapped");
}

export function throwAsIs(thrown: unknown): never {
  throw thrown;
}

/** A list of holes. */
export function holes<T>(length: number): T[] {
  const list: T[] = [];
  list.length = length;
  return list;
}

export function thenable(then: unknown): object {
  // oxlint-disable-next-line unicorn/no-thenable -- to see that nothing awaits it
  return { then };
}

const faultsOfCallers: readonly ErrorCode[] = [
  "INVALID_ENTITY",
  "INVALID_ID",
  "INVALID_QUERY",
  "INVALID_CURSOR",
  "INVALID_CONFIG",
  "FIELD_NOT_INDEXED",
  "UNSERIALIZABLE_VALUE",
  "DOCUMENT_TOO_LARGE",
  "INDEX_VALUE_TOO_LARGE",
];

/**
 * The error of a call whose input is hostile. It must be in the contract's words, final and without effect, short, and
 * nothing but the input's own fault may stand behind it: no driver's error, no TypeError from inside.
 */
export async function turnedAway(call: () => unknown, ...codes: readonly ErrorCode[]): Promise<HoldfastError> {
  const started = Promise.resolve().then(call);
  const error = await failure(started, ...(codes.length > 0 ? codes : faultsOfCallers));
  assert.ok(error instanceof Error && errorCodes.includes(error.code), `${error.code} is no code`);
  assert.deepEqual([error.retryable, error.outcome], [false, "none"], error.code);
  assert.ok(isFaultOfInput(error.cause), `behind ${error.code} stands ${String(error.cause)}`);
  assert.ok(error.message.length < 1_000, `the message of ${error.code} has ${error.message.length} characters`);
  assert.ok(JSON.stringify(error.details).length < 20_000, `the details of ${error.code} are long`);
  return error;
}

function isFaultOfInput(cause: unknown): boolean {
  if (cause === undefined || cause instanceof Trapped) return true;
  return cause instanceof TypeError && /\bproxy\b/i.test(cause.message);
}

/** A promise about hostile input, kept by a store and a transaction alike: what was stored stays as it is, and all goes on. */
export function withstands(name: string, attack: (store: TenantSession) => Promise<void>): Behaviour {
  return anywhere(name, async ({ store }) => {
    await save(store, "Item", "bystander", { rank: 1, name: "b" });
    const before = await holdings(store);
    await attack(store);
    assert.deepEqual(await holdings(store), before, "nothing is written");
    await save(store, "Item", "afterwards", { rank: 2, name: "a" });
    assert.deepEqual((await readStored(store, "Item", "afterwards")).body, { rank: 2, name: "a" });
    await writeAll(store, [remove("Item", "afterwards")]);
  });
}

async function holdings(store: TenantSession): Promise<readonly string[]> {
  const held: string[] = [];
  for (const type of ["Item", "Note"]) {
    const { records } = await store.find({ type });
    held.push(...records.map((record) => `${type} ${show([record.id, record.version, record.body])}`));
  }
  return held;
}

/** An object in front of another whose reads are counted. */
export function counted<T extends object>(
  target: T,
  give: (key: string) => unknown,
): { value: T; reads: () => number } {
  let reads = 0;
  const value = new Proxy(target, {
    get: (_target, key) => {
      if (key === "length") return Reflect.get(target, key);
      reads += 1;
      return give(String(key));
    },
  });
  return { value, reads: () => reads };
}

/** An object whose property is another value each time that it is read, the last one for ever. */
export function changing(name: string, others: object, ...values: readonly unknown[]): object {
  let at = 0;
  return Object.defineProperty({ ...others }, name, {
    enumerable: true,
    get: () => values[Math.min(at++, values.length - 1)],
  });
}

/** `Object("text")` and its like. */
export function boxed(value: unknown): unknown {
  return Object(value) as unknown;
}

/** An object that has all of this by inheritance only. */
export function heir(prototype: object): object {
  return Object.create(prototype) as object;
}
