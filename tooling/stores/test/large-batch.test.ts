import { describe, expect, test } from "vitest";
import { storesUnderTest } from "@holdfast-tooling/stores";

const size = 100_000;

describe.each(storesUnderTest())("one batch of 100,000 ops on a $name store", ({ open }) => {
  test("is done as one, while the event loop goes on", { timeout: 240_000 }, async () => {
    await using store = await open({});
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 1);
    const results = await store.write(
      Array.from({ length: size }, (_, at) => ({
        put: { type: "Note", id: `n${at}`, documentVersion: 1, body: { at } },
        expect: "absent",
      })),
    );
    clearInterval(ticking);
    expect([results.length, results.every(({ ok }) => ok)]).toEqual([size, true]);
    expect(await store.count("Note")).toBe(size);
    expect(turns).toBeGreaterThan(20);
  });
});
