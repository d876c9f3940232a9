import { eventLoopTurn, HoldfastError, type Layout, type Store } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { copy, type Refused } from "../src/index.ts";
import { failureOf } from "./archive-support.ts";
import { newRecord } from "./sample-model.ts";

/** Missions may follow one another in a circle; a task belongs to one, and its code is its own. */
const strict: Layout = {
  types: [
    {
      type: "Mission",
      schemaVersion: 1,
      fields: [{ name: "nextId", kind: "string" }],
      indexes: [],
      references: [{ field: "nextId", to: "Mission", onDelete: "detach" }],
    },
    {
      type: "Task",
      schemaVersion: 1,
      fields: ["code", "missionId"].map((name) => ({ name, kind: "string" })),
      indexes: [{ fields: ["code"], unique: true }],
      references: [{ field: "missionId", to: "Mission", onDelete: "restrict" }],
    },
  ],
};

async function put(store: Store, type: string, bodies: Readonly<Record<string, object>>): Promise<void> {
  const records = Object.entries(bodies).map(([id, body]) => newRecord(type, id, { ...body }));
  await store.write(records.map((each) => ({ put: each, expect: "absent" })));
}

async function fill(store: Store): Promise<void> {
  await put(store, "Mission", {
    plain: {},
    round: { nextId: "about" },
    about: { nextId: "round" },
    astray: { nextId: "nowhere" },
  });
  await put(store, "Mission", { after: { nextId: "astray" } });
  await put(store, "Task", {
    good: { code: "a", missionId: "plain" },
    rider: { missionId: "round" },
    twin: { code: "a" },
    orphan: { missionId: "gone" },
    long: { code: "x".repeat(600) },
    heir: { missionId: "after" },
    free: {},
  });
}

const expected = [
  "Mission after: REFERENCE_VIOLATION",
  "Mission astray: REFERENCE_VIOLATION",
  "Task heir: REFERENCE_VIOLATION",
  "Task long: INDEX_VALUE_TOO_LARGE",
  "Task orphan: REFERENCE_VIOLATION",
  "Task twin: UNIQUE_VIOLATION",
];

describe.each(storesUnderTest())("in $name", (target) => {
  test.each([1, 3, 1_000])("what breaks a rule of the target goes into quarantine, in batches of %d", async (batch) => {
    await using from = await target.open({});
    await using to = await target.open({ model: { layout: strict } });
    await fill(from);
    const taken: Refused[] = [];
    const quarantine = async (refused: Refused): Promise<void> => {
      await Promise.resolve();
      taken.push(refused);
    };
    const report = await copy(from, to, { batch, quarantine });
    expect(taken.map(({ state, error }) => `${state.type} ${state.id}: ${error.code}`).toSorted()).toEqual(expected);
    expect(report).toMatchObject({ written: 6, quarantined: 6, equal: false, differing: 6 });
    expect(report.differences.every(({ kind }) => kind === "missing")).toBe(true);
    for (const { state } of taken) expect((await from.get(state.type, [state.id]))[0]).toEqual(state);
    expect((await to.find({ type: "Mission", orderBy: [{ field: "id", direction: "asc" }] })).records).toHaveLength(3);
    const again = await copy(from, to, { batch, quarantine });
    expect(again).toMatchObject({ written: 0, quarantined: 6 });
  });

  test("one record after the other goes into quarantine, in their order, though batches are written ahead", async () => {
    await using from = await target.open({});
    await using to = await target.open({ model: { layout: strict } });
    const ids = Array.from({ length: 12 }, (_, at) => `t${String(at).padStart(2, "0")}`);
    for (const id of ids) await put(from, "Task", { [id]: { code: "x".repeat(600) } });
    const told: string[] = [];
    const quarantine = async ({ state }: Refused): Promise<void> => {
      told.push(`${state.id} begins`);
      await eventLoopTurn();
      told.push(`${state.id} ends`);
    };
    await copy(from, to, { batch: 2, quarantine });
    expect(told).toEqual(ids.flatMap((id) => [`${id} begins`, `${id} ends`]));
  });

  test("without a quarantine the copy fails, and says for which record", async () => {
    await using from = await target.open({});
    await using to = await target.open({ model: { layout: strict } });
    await put(from, "Task", { good: {}, long: { code: "x".repeat(600) } });
    const error = await failureOf(copy(from, to));
    expect([error.code, error.details["id"]]).toEqual(["INDEX_VALUE_TOO_LARGE", "long"]);
  });

  test("a quarantine that fails ends the copy with its error", async () => {
    await using from = await target.open({});
    await using to = await target.open({ model: { layout: strict } });
    await fill(from);
    const full = new HoldfastError("no room", { code: "STORE_FULL" });
    expect(await failureOf(copy(from, to, { quarantine: () => Promise.reject(full) }))).toBe(full);
  });
});
