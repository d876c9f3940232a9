import { describe, expect, test } from "vitest";
import { keyText, planRound, sortedByKey } from "@holdfast/core";
import type { DriverOp, Expect, KeyState } from "@holdfast/core";

const key = (id: string) => ({ tenant: "default", type: "Job", id });
const put = (id: string, expected: Expect, text = "{}"): DriverOp => ({
  kind: "put",
  ...key(id),
  documentVersion: 1,
  text,
  fields: new Map(),
  expect: expected,
});
const live = (version: number): KeyState => ({ kind: "live", version, created: 1, fields: new Map() });

function plan(groups: readonly (readonly DriverOp[])[], states: Readonly<Record<string, KeyState>> = {}) {
  let stamp = 100;
  const byKey = new Map(Object.entries(states).map(([id, state]) => [keyText(key(id)), state]));
  return planRound(
    groups,
    (each) => byKey.get(each),
    () => ++stamp,
  );
}

function versions(planned: Awaited<ReturnType<typeof plan>>): Record<string, number> {
  return Object.fromEntries(
    [...planned.changes.values()].map((change) =>
      change.kind === "put"
        ? [change.record.id, change.record.version]
        : [change.tombstone.id, -change.tombstone.version],
    ),
  );
}

describe("a round", () => {
  test("numbers versions from 1, and goes on after a tombstone", async () => {
    expect(
      versions(await plan([[put("a", "absent")], [put("b", "absent")]], { b: { kind: "buried", version: 4 } })),
    ).toEqual({
      a: 1,
      b: 5,
    });
  });

  test("lets each group see those before it, in the order they came", async () => {
    const planned = await plan([[put("a", "absent")], [put("a", 1)], [put("a", 1)]]);
    expect(planned.results.map(([result]) => (result?.ok === false ? result.why : "ok"))).toEqual([
      "ok",
      "ok",
      "version",
    ]);
    expect(versions(planned)).toEqual({ a: 2 });
  });

  test("refuses what is built on a group that was not done, though another left the version that it expects", async () => {
    const built = (after: readonly DriverOp[]): readonly DriverOp[] => [{ ...put("a", 3), after } as DriverOp];
    const first = [put("a", 2)];
    const done = await plan([first, built(first)], { a: live(2) });
    expect(versions(done)).toEqual({ a: 4 });
    const second = [put("a", 2)];
    const refused = await plan([[put("a", "any")], second, built(second)], { a: live(2) });
    expect(refused.results.map(([result]) => (result?.ok === false ? result.why : "ok"))).toEqual([
      "ok",
      "version",
      "version",
    ]);
    expect(versions(refused)).toEqual({ a: 3 });
  });

  test("undoes all of a group with a refused op, and nothing of the others", async () => {
    const planned = await plan([[put("a", "any"), put("b", "absent")], [put("c", "any")]], { b: live(3) });
    expect(planned.results[0]?.map((result) => (result.ok ? "ok" : result.why))).toEqual(["batch", "exists"]);
    expect(versions(planned)).toEqual({ c: 1 });
  });

  test("leaves the keys in the order in which they came, and sorts them for those who ask", async () => {
    const { changes } = await plan([[put("c", "any")], [put("a", "any"), put("b", "any")], [put("c", "any")]]);
    expect([...changes.keys()]).toEqual(["c", "a", "b"].map((id) => keyText(key(id))));
    expect([...sortedByKey(changes)]).toEqual(
      ["a", "b", "c"].map((id) => [keyText(key(id)), changes.get(keyText(key(id)))]),
    );
  });

  test("buries a deleted record one version up, and does nothing for a missing one", async () => {
    const remove = (id: string, expected: Expect): DriverOp => ({ kind: "delete", ...key(id), expect: expected });
    const planned = await plan([[remove("a", "any"), remove("b", "any")]], { a: live(3) });
    expect(planned.results[0]?.every(({ ok }) => ok)).toBe(true);
    expect(versions(planned)).toEqual({ a: -4 });
  });

  test("takes one stamp for each record written", async () => {
    const planned = await plan([[put("a", "any"), put("b", "any")]]);
    const stamps = [...planned.changes.values()].map((change) => (change.kind === "put" ? change.record.created : 0));
    expect(stamps).toEqual([101, 102]);
  });
});
