import { expect, test } from "vitest";
import { pace } from "../src/run/pace.ts";

const round = { fewest: 10, most: 1_000, roundMs: 500 };

test("a fast system does as many operations as the workload has", () => {
  expect(pace({ operations: 20, milliseconds: 1 }, round)).toBe(1_000);
});

test("a slow one does as many as the time of a round has room for", () => {
  expect(pace({ operations: 20, milliseconds: 200 }, round)).toBe(50);
});

test("however slow it is, some are done", () => {
  expect(pace({ operations: 1, milliseconds: 9_999 }, round)).toBe(10);
  expect(pace({ operations: 1, milliseconds: 9_999 }, { ...round, most: 3 })).toBe(3);
});
