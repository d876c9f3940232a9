import { HoldfastError } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test, vi } from "vitest";

const stores = storesUnderTest();

describe.each(stores)("the $name store under test", ({ name, open, reopen, sharable, freshUrl, urlOf }) => {
  test("is fresh and empty each time", async () => {
    await using one = await open({});
    await one.write([{ put: { type: "Note", id: "a", documentVersion: 1, body: {} }, expect: "absent" }]);
    await using two = await open({});
    expect(await two.count("Note")).toBe(0);
    expect((await two.stats()).records).toBe(0);
  });

  test("says what it claims", async () => {
    await using store = await open({});
    expect(store.backend).toBe(name);
    expect(sharable).toBe(store.guarantees.writers !== "process");
    expect(reopen !== undefined).toBe(store.guarantees.durability !== "none");
  });

  test("has a URL, which names its place", async () => {
    await using store = await open({});
    expect(urlOf(store)).toMatch(new RegExp(`^${name}:`));
    expect(() => urlOf(store.tenant("other"))).toThrow(/view/);
    expect(await freshUrl()).toMatch(new RegExp(`^${name}:`));
  });
});

const lasting = stores.filter(({ reopen }) => reopen !== undefined);

test.each(lasting)("a $name store under test can be opened again on its place", async ({ open, reopen, urlOf }) => {
  const store = await open({});
  await store.write([{ put: { type: "Note", id: "a", documentVersion: 1, body: {} }, expect: "absent" }]);
  await store.close();
  await using again = await reopen?.(store, {});
  expect(await again?.count("Note")).toBe(1);
  expect(again === undefined ? undefined : urlOf(again)).toBe(urlOf(store));
});

describe("storesUnderTest", () => {
  test("refuses a name in STORES that is no store's", () => {
    vi.stubEnv("STORES", "memory,mongo");
    expect(() => storesUnderTest()).toThrow(/"mongo"/);
    vi.unstubAllEnvs();
  });

  test("fails to open Postgres without a server, and never leaves it out", async () => {
    vi.stubEnv("STORES", "postgres");
    vi.stubEnv("HOLDFAST_TEST_POSTGRES", "");
    const [postgres] = storesUnderTest();
    const opening = Promise.resolve().then(() => postgres?.open({}));
    await expect(opening).rejects.toThrow(/no Postgres to test against/);
    expect(HoldfastError.is(await opening.catch((error: unknown) => error))).toBe(false);
    vi.unstubAllEnvs();
  });
});
