import { compareScalars, meets } from "@holdfast/core";
import type { Condition, DriverQuery, FieldTest, OrderTerm, Scalar } from "@holdfast/core";
import { expect, test, vi } from "vitest";
import { applyRound } from "../src/apply-round.ts";
import { slotValue } from "../src/entry.ts";
import type { Entry } from "../src/entry.ts";
import { countMatches, countValues, findPage } from "../src/select.ts";
import type { State } from "../src/state.ts";
import { TreeState } from "../src/tree-state.ts";
import { groups, jobLayout, put } from "./drivers.ts";

const statuses: readonly Scalar[] = [null, "awaiting", "completed", "failed", "running", "run"];
const fields = ["status", "rank", "name", "missionId", "id", "version", "createdAt", "updatedAt"];

/** The same numbers for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function stateOf(count: number, random: (below: number) => number): Promise<State> {
  let micros = 0;
  const body = (at: number) => ({
    name: at % 11 === 0 ? null : `name ${at}`,
    rank: random(4) === 0 ? null : random(9) - 4,
    status: statuses[random(statuses.length)] ?? null,
    missionId: at % 3 === 0 ? null : `mission-${random(3)}`,
  });
  const ops = Array.from({ length: count }, (_, at) => put("Job", `job-${(at * 7) % count}`, body(at)));
  const others = Array.from({ length: 20 }, (_, at) => put("Job", `job-${at}`, body(at), { tenant: "other" }));
  const again = ops.filter(() => random(4) === 0);
  const { state } = await applyRound(TreeState.empty(jobLayout), groups(...ops, ...others, ...again), () => ++micros);
  return state;
}

function valueOf(state: State, entry: Entry, field: string): Scalar {
  return slotValue(entry, state.model.typeOf("Job").slotOf(field));
}

/** What the page must hold: look at everything, sort everything. */
function slowPage(state: State, query: DriverQuery): readonly string[] {
  const rows = [...state.entries("Job")].filter(({ record }) => record.tenant === "default");
  const compare = (a: readonly Scalar[], b: readonly Scalar[]): number => {
    for (const [at, { descending }] of query.order.entries()) {
      const difference = compareScalars(a[at] ?? null, b[at] ?? null);
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  };
  const place = (entry: Entry) => query.order.map(({ field }) => valueOf(state, entry, field));
  const { after } = query;
  return rows
    .filter((entry) => meets(query.where, (field) => valueOf(state, entry, field)))
    .filter((entry) => after === undefined || compare(place(entry), after) > 0)
    .sort((a, b) => compare(place(a), place(b)))
    .slice(0, query.limit)
    .map(({ record }) => record.id);
}

function randomCondition(random: (below: number) => number, depth = 0): Condition {
  const kind = depth > 2 ? 0 : random(6);
  if (kind === 4) return { kind: "all", of: [randomCondition(random, depth + 1), randomCondition(random, depth + 1)] };
  if (kind === 5) return { kind: "any", of: [randomCondition(random, depth + 1), randomCondition(random, depth + 1)] };
  if (kind === 3) return { kind: "constant", value: random(3) > 0 };
  return randomTest(random);
}

function randomTest(random: (below: number) => number): FieldTest {
  const field = fields[random(fields.length)] ?? "status";
  const base = { kind: "test", field, negated: random(4) === 0 } as const;
  const operand = (): string | number =>
    field === "status"
      ? String(statuses[1 + random(statuses.length - 1)])
      : field === "id"
        ? `job-${random(60)}`
        : field === "name"
          ? `name ${random(60)}`
          : field === "missionId"
            ? `mission-${random(4)}`
            : random(8) - 3 + (field.endsWith("At") ? 30 : 0);
  const operators = ["isNull", "eq", "in", "lt", "lte", "gt", "gte", "startsWith", "contains"] as const;
  const operator = operators[random(operators.length)] ?? "eq";
  const isText = typeof operand() === "string";
  switch (operator) {
    case "isNull":
      return { ...base, operator };
    case "in":
      return { ...base, operator, operands: [operand(), operand(), operand()] };
    case "startsWith":
    case "contains":
      return isText
        ? { ...base, operator, operand: String(operand()).slice(0, 1 + random(6)) }
        : { ...base, operator: "gte", operand: operand() };
    default:
      return { ...base, operator, operand: operand() };
  }
}

function randomOrder(random: (below: number) => number): readonly OrderTerm[] {
  const orders = [["createdAt"], ["status", "rank"], ["rank"], ["name"], ["missionId"], ["updatedAt", "status"], []];
  const chosen = orders[random(orders.length)] ?? [];
  const terms = chosen.map((field) => ({ field, descending: random(2) === 0 }));
  return [...terms, { field: "id", descending: terms.at(-1)?.descending ?? random(2) === 0 }];
}

test("a page is what looking at everything and sorting it would give, from any place, in any order", async () => {
  const random = randomFrom(42);
  for (const count of [0, 1, 60, 300]) {
    const state = await stateOf(count, random);
    for (let round = 0; round < 400; round++) {
      const where = randomCondition(random);
      const query: DriverQuery = {
        type: "Job",
        where,
        order: randomOrder(random),
        limit: 1 + random(30),
        omitBody: false,
      };
      const found = await findPage(state, "default", query);
      expect([query, found.map(({ record }) => record.id)]).toEqual([query, slowPage(state, query)]);
      const place = found[random(found.length)]?.place;
      if (place === undefined) continue;
      const next = { ...query, after: place };
      const behind = await findPage(state, "default", next);
      expect([next, behind.map(({ record }) => record.id)]).toEqual([next, slowPage(state, next)]);
    }
  }
});

test("counts are those of looking at everything", async () => {
  const random = randomFrom(7);
  const state = await stateOf(300, random);
  for (let round = 0; round < 400; round++) {
    const where = randomCondition(random);
    const rows = slowPage(state, {
      type: "Job",
      where,
      order: [{ field: "id", descending: false }],
      limit: 1_000,
      omitBody: true,
    });
    expect([where, await countMatches(state, "default", "Job", where)]).toEqual([where, rows.length]);
    const counts = await countValues(state, "default", "Job", "status", where);
    expect([...counts.values()].reduce((sum, each) => sum + each, 0)).toBe(rows.length);
  }
});

/** How many rows are taken from the state's indexes from now on. */
function countingRows(state: State): () => number {
  let taken = 0;
  const along = state.along.bind(state);
  vi.spyOn(state, "along").mockImplementation(function* counted(index, span, direction) {
    for (const entry of along(index, span, direction)) {
      taken++;
      yield entry;
    }
  });
  return () => taken;
}

test.each<[string, Partial<DriverQuery>]>([
  ["in the order of creation", {}],
  ["in the order of creation, from a place in the middle", { after: [2_500, "job-2499"] }],
  [
    "along an index whose first field is given",
    {
      where: { kind: "test", field: "status", operator: "eq", operand: "running", negated: false },
      order: [
        { field: "rank", descending: true },
        { field: "id", descending: true },
      ],
    },
  ],
  [
    "along an index in mixed directions",
    {
      order: [
        { field: "status", descending: true },
        { field: "rank", descending: false },
        { field: "id", descending: false },
      ],
      after: ["running", 1, "job-2"],
    },
  ],
])("a page %s looks at about as many rows as it gives", async (_name, part) => {
  const ops = Array.from({ length: 5_000 }, (_, at) => put("Job", `job-${at}`, { status: "running", rank: at % 5 }));
  let micros = 0;
  const { state } = await applyRound(TreeState.empty(jobLayout), groups(...ops), () => ++micros);
  const byCreation = [
    { field: "createdAt", descending: false },
    { field: "id", descending: false },
  ];
  const query: DriverQuery = {
    type: "Job",
    where: { kind: "constant", value: true },
    order: byCreation,
    limit: 20,
    omitBody: false,
    ...part,
  };
  const expected = slowPage(state, query);
  const taken = countingRows(state);
  const found = await findPage(state, "default", query);
  expect(found.map(({ record }) => record.id)).toEqual(expected);
  expect(found).toHaveLength(20);
  expect(taken()).toBeLessThan(30);
});

test("a long scan lets timers and other callers run in between", async () => {
  const state = await stateOf(20_000, randomFrom(1));
  let turns = 0;
  let isDone = false;
  const turning = (async () => {
    while (!isDone) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
  })();
  const where: Condition = { kind: "test", field: "name", operator: "contains", operand: "9", negated: false };
  await countMatches(state, "default", "Job", where);
  isDone = true;
  await turning;
  expect(turns).toBeGreaterThan(5);
});
