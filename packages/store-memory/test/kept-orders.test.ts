import type { DriverOp, Layout } from "@holdfast/core";
import { expect, test } from "vitest";
import { applyRound } from "../src/apply-round.ts";
import type { Entry } from "../src/entry.ts";
import { indexKey, spanOf } from "../src/index-key.ts";
import type { State } from "../src/state.ts";
import { TreeState } from "../src/tree-state.ts";
import { groups, put, remove } from "./drivers.ts";

/** More than what is put in order at once. */
const many = 2_500;

const layout: Layout = {
  types: [
    {
      type: "Task",
      schemaVersion: 1,
      fields: [
        { name: "status", kind: "string" },
        { name: "rank", kind: "number" },
      ],
      indexes: [{ fields: ["status", "rank"], unique: false }],
      references: [],
    },
  ],
};

let micros = 0;
const now = (): number => ++micros;

/** The same numbers for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function task(id: number, rank: number): DriverOp {
  return put("Task", `task-${id}`, { status: `s${rank % 5}`, rank }, { layout });
}

/** What a write leaves, for all to see. */
async function written(state: State, ...ops: readonly DriverOp[]): Promise<State> {
  const round = await applyRound(state, groups(...ops), now);
  round.state.publish(state, round.changes);
  return round.state;
}

function stateOf(count: number): Promise<State> {
  return written(TreeState.empty(layout), ...Array.from({ length: count }, (_, at) => task(at, (at * 7) % 100)));
}

/** The ids in each order of the type, as the state gives them. */
function idsInOrders(state: State): readonly (readonly string[])[] {
  return state.model
    .typeOf("Task")
    .indexes.map((index) => [...state.along(index, spanOf(index.prefix), "up")].map(({ record }) => record.id));
}

/** The same by sorting these. */
function idsSorted(state: State, entries: readonly Entry[]): readonly (readonly string[])[] {
  return state.model.typeOf("Task").indexes.map((index) =>
    entries
      .map((entry) => ({ key: indexKey(index, entry), id: entry.record.id }))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ id }) => id),
  );
}

function entriesOf(state: State, ids: number): readonly Entry[] {
  const found = Array.from({ length: ids }, (_, at) =>
    state.get({ tenant: "default", type: "Task", id: `task-${at}` }),
  );
  return found.filter((entry) => entry !== undefined);
}

test("an order that is asked for while others write is that of the state that was asked", async () => {
  const random = randomFrom(7);
  let state = await stateOf(many);
  const asked: { readonly state: State; readonly entries: readonly Entry[]; readonly ready: Promise<void> }[] = [];
  for (let at = 0; at < 24; at++) {
    const { indexes } = state.model.typeOf("Task");
    const index = indexes[random(indexes.length)];
    const ready = index === undefined || random(3) === 0 ? undefined : state.ready(index);
    asked.push({ state, entries: entriesOf(state, many), ready: Promise.resolve(ready) });
    const id = random(many);
    state = await written(state, random(3) === 0 ? remove("Task", `task-${id}`) : task(id, random(100)));
    const discarded = await applyRound(state, groups(task(random(many), 1_000)), now);
    expect(discarded.state).not.toBe(state);
  }
  for (const each of asked) {
    await each.ready;
    expect(idsInOrders(each.state)).toEqual(idsSorted(each.state, each.entries));
  }
});

test("an order that was built is kept by the states that follow", async () => {
  let state = await stateOf(many);
  const { byCreation } = state.model.typeOf("Task");
  const ready = state.ready(byCreation);
  expect(ready).toBeInstanceOf(Promise);
  state = await written(state, task(1, 99));
  await ready;
  expect(state.ready(byCreation)).toBeUndefined();
  const round = await applyRound(state, groups(task(2, 98)), now);
  expect(round.state.ready(byCreation)).toBeUndefined();
});

test("a write that was under way while an order was built keeps the order, and what it wrote", async () => {
  const state = await stateOf(many);
  const { byCreation } = state.model.typeOf("Task");
  const round = await applyRound(state, groups(...Array.from({ length: 600 }, (_, at) => task(at, 77))), now);
  await state.ready(byCreation);
  round.state.publish(state, round.changes);
  expect(round.state.ready(byCreation)).toBeUndefined();
  expect(idsInOrders(round.state)).toEqual(idsSorted(round.state, entriesOf(round.state, many)));
});

test("an order that a draft asks for is kept, whatever becomes of the draft", async () => {
  const state = await stateOf(many);
  const { byCreation } = state.model.typeOf("Task");
  const { state: discarded } = await applyRound(state, groups(task(3, 66), remove("Task", "task-4")), now);
  await discarded.ready(byCreation);
  expect(idsInOrders(discarded)).toEqual(idsSorted(discarded, entriesOf(discarded, many)));
  expect(state.ready(byCreation)).toBeUndefined();
  expect(idsInOrders(state)).toEqual(idsSorted(state, entriesOf(state, many)));
});

test("drafts of drafts read what each of them wrote, in all orders, and leave the others as they were", async () => {
  const state = await stateOf(many);
  const drafts: State[] = [state];
  for (let at = 0; at < 40; at++) {
    const last = drafts[at] ?? state;
    const ops = Array.from({ length: 1 + (at % 20) }, (_, op) => task(at * 20 + op, at));
    drafts.push((await applyRound(last, groups(...ops, remove("Task", `task-${2_000 + at}`)), now)).state);
  }
  const entries = drafts.map((draft) => entriesOf(draft, many));
  expect(entries.map(({ length }) => length)).toEqual(drafts.map((_, at) => many - at));
  for (const at of [40, 7, 0, 23]) {
    const draft = drafts[at] ?? state;
    expect(idsInOrders(draft)).toEqual(idsSorted(draft, entries[at] ?? []));
  }
});

test("what was arranged is in the order of creation, and no order is kept for it", async () => {
  const state = await stateOf(many);
  const { byCreation } = state.model.typeOf("Task");
  await state.arrange();
  const created = [...state.entries("Task")].map(({ record }) => record.created);
  expect(created).toEqual(created.toSorted((a, b) => a - b));
  expect(created).toHaveLength(many);
  expect(state.ready(byCreation)).toBeInstanceOf(Promise);
});
