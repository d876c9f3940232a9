import { createRequire } from "node:module";
import { afterEach, expect, test, vi } from "vitest";
import { applyRound } from "../src/apply-round.ts";
import type { State } from "../src/state.ts";
import { TreeState } from "../src/tree-state.ts";
import { groups, jobLayout, put, remove } from "./drivers.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const now = (): number => 1_700_000_000_000_000;

async function stateWith(count: number): Promise<State> {
  const ops = Array.from({ length: count }, (_, at) => put("Job", `job-${at}`, { name: `n${at}`, rank: at % 7 }));
  return (await applyRound(TreeState.empty(jobLayout), groups(...ops), now)).state;
}

type NodeClass = new () => { clone(): unknown };

function isTreeModule(value: unknown): value is { readonly BNode: NodeClass; readonly BNodeInternal: NodeClass } {
  return typeof value === "object" && value !== null && "BNode" in value && "BNodeInternal" in value;
}

/** How many nodes of any tree were copied since. */
function countingCopies(): () => number {
  const tree: unknown = createRequire(import.meta.url)("sorted-btree");
  if (!isTreeModule(tree)) throw new Error("the tree's nodes are not to be seen");
  const leaves = vi.spyOn(tree.BNode.prototype, "clone");
  const inner = vi.spyOn(tree.BNodeInternal.prototype, "clone");
  return () => leaves.mock.calls.length + inner.mock.calls.length;
}

test("a clone copies no node, however much is stored", async () => {
  const state = await stateWith(20_000);
  const copies = countingCopies();
  for (let at = 0; at < 100; at++) state.clone();
  expect(copies()).toBe(0);
});

test("a write to a clone copies the nodes on its way, not the rest", async () => {
  const state = await stateWith(20_000);
  const copies = countingCopies();
  await applyRound(state, groups(put("Job", "job-777", { name: "other", rank: 3 })), now);
  expect(copies()).toBeGreaterThan(0);
  expect(copies()).toBeLessThan(60);
});

test("a state that was kept before 10,000 writes still reads as it was", async () => {
  const kept = await stateWith(5_000);
  const before = [...kept.allEntries()].map(({ record: { id, version, text } }) => [id, version, text]);
  let state = kept;
  for (let at = 0; at < 10_000; at++) {
    const op = at % 3 === 0 ? remove("Job", `job-${at % 5_000}`) : put("Job", `job-${at}`, { name: `m${at}` });
    ({ state } = await applyRound(state, groups(op), now));
  }
  expect([...kept.allEntries()].map(({ record: { id, version, text } }) => [id, version, text])).toEqual(before);
  expect(kept.stats()).toEqual([{ tenant: "default", type: "Job", records: 5_000, tombstones: 0 }]);
  expect([...state.allEntries()]).not.toHaveLength(5_000);
});

test("a round that is refused leaves the very same state", async () => {
  const state = await stateWith(10);
  const round = await applyRound(state, groups(put("Job", "job-1", {}, { expect: "absent" })), now);
  expect(round.state).toBe(state);
  expect(round.results).toMatchObject([[{ ok: false, why: "exists", record: { id: "job-1", version: 1 } }]]);
});

test("counts follow creations, deletes and records that come back", async () => {
  let state = await stateWith(3);
  ({ state } = await applyRound(state, groups(remove("Job", "job-0"), remove("Job", "job-1")), now));
  expect(state.tally("default", "Job")).toEqual({ tenant: "default", type: "Job", records: 1, tombstones: 2 });
  ({ state } = await applyRound(state, groups(put("Job", "job-0")), now));
  expect(state.tally("default", "Job")).toEqual({ tenant: "default", type: "Job", records: 2, tombstones: 1 });
  expect(state.get({ tenant: "default", type: "Job", id: "job-0" })?.record.version).toBe(3);
});
