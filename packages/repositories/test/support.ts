import { HoldfastError } from "@holdfast/core";
import type { Model, Store, StoreSession } from "@holdfast/core";
import type { StoreUnderTest } from "@holdfast-tooling/stores";
import { afterAll, beforeAll, beforeEach } from "vitest";

/** One store for the tests of a block, in which each test has a tenant of its own: `view` is handed it beforehand. */
export function eachWithTenant(target: StoreUnderTest, model: Model, view: (store: Store) => void): void {
  let opened: Store | undefined;
  let tests = 0;
  beforeAll(async () => {
    opened = await target.open({ model });
  });
  beforeEach(() => {
    if (opened !== undefined) view(opened.tenant(`test-${(tests += 1)}`));
  });
  afterAll(() => opened?.close());
}

/** The HoldfastError that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<HoldfastError> {
  const error: unknown = await promise.then(
    () => new Error("it did not fail"),
    (thrown: unknown) => thrown,
  );
  if (HoldfastError.is(error)) return error;
  throw error;
}

/** The same session, in which `meanwhile` happens once, behind the first read: what another writer could do. */
export function disturbed(session: StoreSession, meanwhile: () => Promise<unknown>): StoreSession {
  let done = false;
  return {
    get: async (type, ids) => {
      const records = await session.get(type, ids);
      if (!done) {
        done = true;
        await meanwhile();
      }
      return records;
    },
    find: async (query) => session.find(query),
    count: async (type, where) => session.count(type, where),
    countBy: async (type, field, where) => session.countBy(type, field, where),
    tombstones: async (type, page) => session.tombstones(type, page),
    write: async (ops) => session.write(ops),
    transaction: async (work, options) => session.transaction(work, options),
  };
}

/** All that an iterable gives. */
export async function collected<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The value, which must be there. */
export function existing<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("there is nothing");
  return value;
}
