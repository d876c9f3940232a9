import { HoldfastError } from "@holdfast/core";
import { expect, test } from "vitest";
import { backend, openMemoryStore } from "../src/index.ts";
import { driverOptions } from "./drivers.ts";

test("two stores in memory share nothing", async () => {
  await using first = await openMemoryStore();
  await using second = await openMemoryStore();
  await first.write([{ put: { type: "Note", id: "a", documentVersion: 1, body: { text: "x" } }, expect: "absent" }]);
  expect(await second.get("Note", ["a"])).toEqual([undefined]);
  const [first1, second1] = [backend.driver("memory:"), backend.driver("memory:")];
  expect(first1.identity).not.toBe(second1.identity);
});

test("it says that nothing outlives the process", async () => {
  await using store = await openMemoryStore();
  expect(store.backend).toBe("memory");
  expect(store.guarantees).toEqual({
    isolation: "serializable",
    writers: "process",
    durability: "none",
    staleReads: false,
    hints: "store",
  });
});

test.each(["memory", "memory:x", "memory://", "Memory:", "json:./x", ""])("the URL %j is refused", (url) => {
  expect(() => backend.driver(url)).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
});

test("a driver that is not open refuses calls", async () => {
  const driver = backend.driver("memory:");
  const thrown: unknown = await driver.now().catch((error: unknown) => error);
  expect(HoldfastError.is(thrown, "STORE_CLOSED")).toBe(true);
  await driver.open({ types: [] }, driverOptions());
  expect(await driver.now()).toBeGreaterThan(0);
  await driver[Symbol.asyncDispose]();
});
