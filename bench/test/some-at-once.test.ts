import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { someAtOnce } from "../src/run/some-at-once.ts";

test("results stand in the order of the things, whichever is done first", async () => {
  const second = Promise.withResolvers<void>();
  const results = await someAtOnce([1, 2, 3], async (thing) => {
    if (thing === 2) second.resolve();
    if (thing === 1 && availableParallelism() > 1) await second.promise;
    return thing * 10;
  });
  expect(results).toEqual([10, 20, 30]);
});

test("what fails fails the whole", async () => {
  await expect(someAtOnce([1, 2], () => Promise.reject(new Error("not this one")))).rejects.toThrow("not this one");
});
