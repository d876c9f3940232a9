import { expect, test } from "vitest";
import { againstPeers } from "../src/judge/against-peers.ts";
import { goals } from "../src/judge/goals.ts";
import { apart } from "../src/report/apart.ts";
import { growthChart } from "../src/report/growth-chart.ts";
import { losses } from "../src/report/losses.ts";
import { performanceSection } from "../src/report/performance-section.ts";
import { ratioChart } from "../src/report/ratio-chart.ts";
import { parseReasons, readReasons } from "../src/report/reasons.ts";
import type { Reasons } from "../src/report/reasons.ts";
import type { StoreResults } from "../src/report/results.ts";
import { reasonOf } from "../src/run/reason-of.ts";
import type { Measured, Outcome } from "../src/run/run-workload.ts";
import type { Durability, System } from "../src/subject.ts";
import type { Workload } from "../src/workloads/workload.ts";

function outcome(name: string, side: System["side"], durability: Durability, ...values: readonly number[]): Outcome {
  const open = () => Promise.reject(new Error("not opened here"));
  const system: System = { name, store: "sqlite", side, durability, means: `how ${name} saves`, open };
  return { system, samples: values.map((value) => ({ value, cpuMicroseconds: 7, beside: 10 })) };
}

const w1: Workload = {
  key: "w1",
  title: "one save",
  entity: "plain",
  needs: ["save"],
  unit: "/s",
  stored: 1_000,
  operations: 100,
  prepare: () => Promise.reject(new Error("not prepared here")),
};

const outcomes = [
  outcome("ours", "ours", "power-loss", 50, 50),
  outcome("ours unsynced", "ours", "process-crash", 200, 200),
  outcome("the driver", "limit", "power-loss", 100, 100),
  outcome("a careful peer", "peer", "power-loss", 80, 80),
  outcome("a careless peer", "peer", "process-crash", 100, 100),
];

const results: StoreResults = {
  store: "sqlite",
  systems: outcomes.map(({ system }) => system),
  measured: [{ workload: w1, outcomes, seconds: 1 }],
  remarks: [],
};

const none: Reasons = new Map();

test("a peer is compared with the one of ours that promises no less than it does", () => {
  expect(againstPeers(w1, outcomes)).toEqual([
    { workload: "w1", peer: outcomes[3]?.system, ours: "ours", ratio: 50 / 80, lost: 0 },
    { workload: "w1", peer: outcomes[4]?.system, ours: "ours unsynced", ratio: 2, lost: 0 },
  ]);
});

test("where less is better, a smaller figure of ours is ahead", () => {
  const stall: Workload = { ...w1, unit: "ms" };
  expect(againstPeers(stall, outcomes)[0]?.ratio).toBe(80 / 50);
});

test("missed floors and peers that are ahead are listed, and nothing else", () => {
  const lines = losses([results], none).split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain("0.50 x to the limit, and the floor is 0.85 x");
  expect(lines[0]).toContain("No reason was written for it.");
  expect(lines[1]).toContain("ours is at 0.63 x of a careful peer (as durable as ours)");
});

test("a reason that was written by hand stands with the floor that is missed", () => {
  const lines = losses([results], new Map([["w1 sqlite", "Half of it is parsing."]])).split("\n");
  expect(lines[0]).toMatch(/the floor is 0\.85 x\. Half of it is parsing\.$/);
  expect(lines).toHaveLength(2);
});

test("a reason outlives no floor: where it is met, the page says that it has to go", () => {
  const fast = [outcome("ours", "ours", "power-loss", 95, 95), ...outcomes.slice(2, 3)];
  const met: StoreResults = { ...results, measured: [{ workload: w1, outcomes: fast, seconds: 1 }] };
  const reasons = new Map([
    ["w1 sqlite", "Half of it is parsing."],
    ["w2 sqlite", "Not measured in this run."],
  ]);
  expect(losses([met], reasons)).toMatch(/a reason for missing it still stands in bench\/why-missed\.md: w1 sqlite\.$/);
});

test("a reason names a goal, once", () => {
  expect(parseReasons("# Why\n\n    - w1 json: as an example\n- w10 save json: why\n", goals)).toEqual(
    new Map([["w10 save json", "why"]]),
  );
  expect(() => parseReasons("- w1 mysql: why", goals)).toThrow("no goal");
  expect(() => parseReasons("- w99 json: why", goals)).toThrow("no goal");
  expect(() => parseReasons("- w1 json: why\n- w1 json: and why", goals)).toThrow("two lines");
});

test("the reasons that stand there name workloads and stores that there are", async () => {
  await expect(readReasons(goals)).resolves.toBeDefined();
});

test("the page has a verdict, every system with its durability, a table and a chart", () => {
  const { text, charts } = performanceSection([results], {
    machine: "Here and now.",
    chartFolder: "charts",
    reasons: none,
  });
  expect(text).toContain("| W1: one save | 0.50 x (0.50 to 0.50), 0.85 → 1: **floor missed** |");
  expect(text).toContain("| a careless peer | peer | process-crash | how a careless peer saves |");
  expect(text).toContain("| ours | 50.0 /s | 7.00 µs | 0.50 x | power-loss |");
  expect(text).toContain("(charts/w1.svg)");
  expect(charts.get("w1.svg")).toMatch(/^<svg [\s\S]*a careful peer[\s\S]*<\/svg>\n$/);
});

test("what was left out stands in its table with the reason, and not in the chart", () => {
  const [first] = outcomes;
  const without: Outcome[] = first === undefined ? [] : [{ system: first.system, left: "it has no binary here" }];
  const measured: Measured[] = [{ workload: w1, outcomes: [...without, ...outcomes.slice(2, 3)], seconds: 1 }];
  const { text, charts } = performanceSection([{ ...results, measured }], {
    machine: "",
    chartFolder: "charts",
    reasons: none,
  });
  expect(text).toContain("left out: it has no binary here");
  expect(text).toContain("**not measured**");
  expect(charts.get("w1.svg")).not.toContain("ours");
});

test("a growth curve begins at the number of documents that stood beside it", () => {
  const grown: Workload = { ...w1, key: "w10 save 1000", unit: "µs", beside: "100 documents" };
  expect(growthChart([{ workload: grown, outcomes, seconds: 1 }])).toMatch(
    /^<svg [\s\S]*documents stored[\s\S]*<\/svg>\n$/,
  );
  expect(growthChart([])).toBeUndefined();
});

test("a chart has every figure, and a row between two stores", () => {
  const here: Measured = { workload: w1, outcomes, seconds: 1 };
  const chart = ratioChart([here, here]) ?? "";
  for (const figure of ["0.50 x", "2.00 x", "1.00 x", "0.80 x"]) expect(chart).toContain(`>${figure}</text>`);
  const rows = (of: string): number => Number(/viewBox="0 0 \d+ (\d+)"/.exec(of)?.[1]);
  expect(rows(chart)).toBeGreaterThan(rows(ratioChart([here]) ?? ""));
});

test("names are moved apart, as little as need be, and keep their order", () => {
  const line = { gap: 10, most: 100 };
  expect(apart([50, 20], line)).toEqual([50, 20]);
  expect(apart([52, 50], line)).toEqual([56, 46]);
  expect(apart([1, 2, 3, 50], line)).toEqual([0, 10, 20, 50]);
  expect(apart([99, 100], line)).toEqual([90, 100]);
  expect(apart([], line)).toEqual([]);
});

test("a reason names files, and not where they are on the machine", () => {
  expect(reasonOf(new Error("Cannot find '/home/someone/bench/x.js' from /home/y.js:3"))).toBe(
    "Cannot find '…/x.js' from …/y.js:3",
  );
  expect(reasonOf(new Error("Cannot find '/home/me/node_modules/some/node_modules/sqlite3/index.js'"))).toBe(
    "Cannot find '…/sqlite3/index.js'",
  );
});
