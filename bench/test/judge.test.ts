import { expect, test } from "vitest";
import { goals } from "../src/judge/goals.ts";
import { median } from "../src/judge/median.ts";
import { ratioBeside, ratioTo } from "../src/judge/ratio.ts";
import { gradeOf, verdictsOf } from "../src/judge/verdict.ts";
import type { Goal } from "../src/judge/goals.ts";
import type { Outcome } from "../src/run/run-workload.ts";
import type { System } from "../src/subject.ts";

const samples = (...values: number[]) => values.map((value) => ({ value, cpuMicroseconds: 1 }));

const system = (side: System["side"]): System => ({
  name: side,
  store: "sqlite",
  side,
  durability: "power-loss",
  means: "",
  open: () => Promise.reject(new Error("not opened here")),
});

const outcome = (side: System["side"], ...values: number[]): Outcome => ({
  system: system(side),
  samples: samples(...values),
});

const most: Goal = { workload: "w1", store: "sqlite", ratio: "to the limit", better: "more", floor: 0.85, goal: 1 };

test("a median is the value in the middle, whatever the order, or the mean of the two there", () => {
  expect(median([9, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 9])).toBe(3);
  expect(median([])).toBeNaN();
});

test("a ratio is the median of the rounds' own ratios, so a slow round that hits both sides does not show", () => {
  expect(ratioTo(samples(100, 10, 100), samples(200, 20, 200))).toBe(0.5);
});

test("a round that the other side does not have is left out", () => {
  expect(ratioTo(samples(100, 7), samples(200))).toBe(0.5);
  expect(ratioTo(samples(100), [])).toBeNaN();
});

test("what was measured beside it in the same round is compared round by round", () => {
  const beside = [
    { value: 2, beside: 4, cpuMicroseconds: 1 },
    { value: 30, beside: 60, cpuMicroseconds: 1 },
  ];
  expect(ratioBeside(beside)).toBe(0.5);
  expect(ratioBeside(samples(1, 2))).toBeNaN();
});

test("a grade says how far a ratio comes, bounds included", () => {
  expect(gradeOf(1, most)).toBe("goal met");
  expect(gradeOf(0.85, most)).toBe("floor met");
  expect(gradeOf(0.84, most)).toBe("floor missed");
  expect(gradeOf(Number.NaN, most)).toBe("not measured");
});

test("where less is better, a grade goes the other way", () => {
  const least = { better: "less", floor: 1.5, goal: 1.2 } as const;
  expect(gradeOf(1.1, least)).toBe("goal met");
  expect(gradeOf(1.5, least)).toBe("floor met");
  expect(gradeOf(1.6, least)).toBe("floor missed");
});

test("each system of ours has a verdict of its own, and no other has one", () => {
  const outcomes = [outcome("ours", 90, 90), outcome("limit", 100, 100), outcome("peer", 500, 500)];
  const [verdict, ...others] = verdictsOf("w1", "sqlite", outcomes, [most]);
  expect(others).toEqual([]);
  expect(verdict).toMatchObject({ system: "ours", ratio: 0.9, grade: "floor met" });
});

test("where the limit could not be measured, nothing is met", () => {
  const outcomes: Outcome[] = [outcome("ours", 90), { system: system("limit"), left: "its process has ended" }];
  expect(verdictsOf("w1", "sqlite", outcomes, [most])).toMatchObject([{ grade: "not measured" }]);
});

test("a goal for growth stands for every number of documents, and for no other workload", () => {
  const growth: Goal = { ...most, workload: "w10 save", ratio: "to what is beside it", better: "less" };
  const grown: Outcome[] = [{ system: system("ours"), samples: [{ value: 2, beside: 1, cpuMicroseconds: 1 }] }];
  expect(verdictsOf("w10 save 1000", "sqlite", grown, [growth])).toMatchObject([{ ratio: 2, grade: "floor missed" }]);
  expect(verdictsOf("w10 get 1000", "sqlite", grown, [growth])).toEqual([]);
});

test("every floor is below its goal", () => {
  for (const each of goals)
    expect([gradeOf(each.floor, each), gradeOf(each.goal, each)]).toEqual(["floor met", "goal met"]);
});
