import { expect, test } from "vitest";
import { planRounds } from "../src/run/plan-rounds.ts";

test("every system has its turn once a round", () => {
  const plan = planRounds(["a", "b", "c"], 5);
  expect(plan).toHaveLength(5);
  for (const round of plan) expect(round.toSorted()).toEqual(["a", "b", "c"]);
});

test("rounds go forwards and backwards in turn, so that each is before and after each", () => {
  expect(planRounds(["a", "b"], 2)).toEqual([
    ["a", "b"],
    ["b", "a"],
  ]);
});

test("no system is always the first or the last one", () => {
  const plan = planRounds(["a", "b", "c"], 6);
  expect(new Set(plan.map((round) => round[0])).size).toBe(3);
  expect(new Set(plan.map((round) => round[2])).size).toBe(3);
});

test("there may be no system at all", () => {
  expect(planRounds([], 2)).toEqual([[], []]);
});
