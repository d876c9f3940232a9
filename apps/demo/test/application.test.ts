import { expect, test, vi } from "vitest";

import { runFile } from "./child.ts";
import { durableStores, freshUrl, stores } from "./places.ts";

// Each starts processes or servers, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

test.each(stores)("the same application file does the same on %s, by its URL alone", async (name) => {
  const expected = await runFile("application.ts", ["memory:"]);
  expect(JSON.parse(expected)).toMatchObject({ round: 1, jobsStarted: 12, jobs: 12, cases: 36 });
  expect(await runFile("application.ts", [await freshUrl(name)])).toBe(expected);
});

test("a second run goes on from the first, and again the same on every store that lasts", async () => {
  const outputs = new Set<string>();
  for (const name of durableStores) {
    const url = await freshUrl(name);
    await runFile("application.ts", [url]);
    outputs.add(await runFile("application.ts", [url]));
  }
  expect(outputs.size).toBe(Math.min(1, durableStores.length));
  for (const output of outputs) expect(JSON.parse(output)).toMatchObject({ round: 2, jobs: 24, cases: 72 });
});
