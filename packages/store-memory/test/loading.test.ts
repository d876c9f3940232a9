import type { Driver, Layout } from "@holdfast/core";
import { expect, test } from "vitest";
import { StateDriver } from "../src/index.ts";
import { driverOptions, groups, jobLayout, put, remove } from "./drivers.ts";
import { medium, refused, saved } from "./media.ts";

test("times rise strictly, above all that was saved, even under a clock that stands or falls back", async () => {
  const clock = medium({ load: async () => saved(jobLayout, { a: {} }) });
  await using driver = new StateDriver(clock);
  await driver.open(jobLayout, driverOptions({ stamps: { now: () => 5_000, newId: () => "id" } }));
  await driver.apply(groups(put("Job", "b"), put("Job", "c")));
  await driver.apply(groups(put("Job", "d")));
  const found = await driver.get("default", "Job", ["b", "c", "d"]);
  expect(found.map((record) => record?.created)).toEqual([1, 2, 3].map((more) => 2_000_000_000_000_000 + more));
});

test("a model with new fields and indexes finds its values in the old documents", async () => {
  const { missionId, ...known } = { missionId: null, name: "one", rank: 3, status: "running" };
  const older: Layout = { types: [] };
  const stored = saved(older, { a: { ...known, missionId, more: [1] }, b: { status: "running", rank: 1 } });
  await using driver = new StateDriver(medium({ load: async () => stored }));
  expect(await driver.open(jobLayout, driverOptions())).toEqual(jobLayout);
  const where = { kind: "test", field: "status", operator: "eq", operand: "running", negated: false } as const;
  const order = [
    { field: "rank", descending: false },
    { field: "id", descending: false },
  ];
  const rows = await driver.find("default", { type: "Job", where, order, limit: 10, omitBody: false });
  expect(rows.map(({ record, place }) => [record.id, record.text, place])).toEqual([
    ["b", '{"status":"running","rank":1}', [1, "b"]],
    ["a", '{"name":"one","rank":3,"status":"running","missionId":null,"more":[1]}', [3, "a"]],
  ]);
});

test("a model that the records do not bear is refused, with the records in the way, and nothing is saved", async () => {
  const older: Layout = { types: [] };
  const twins = medium({ load: async () => saved(older, { a: { name: "x" }, b: { name: "x" }, c: { name: "y" } }) });
  const unique = await new StateDriver(twins).open(jobLayout, driverOptions()).catch((thrown: unknown) => thrown);
  expect(unique).toMatchObject({
    code: "UNIQUE_VIOLATION",
    details: { count: 2, records: [{ id: "a" }, { id: "b" }] },
  });
  const orphans = medium({ load: async () => saved(older, { a: { missionId: "m" } }) });
  const enforced = await new StateDriver(orphans).open(jobLayout, driverOptions()).catch((thrown: unknown) => thrown);
  expect(enforced).toMatchObject({ code: "REFERENCE_VIOLATION", details: { records: [{ id: "a", to: "Mission" }] } });
  const misfit = medium({ load: async () => saved(older, { a: { rank: "high" } }) });
  expect(await refused(new StateDriver(misfit).open(jobLayout, driverOptions()))).toBe("INVALID_ENTITY");
  for (const each of [twins, orphans, misfit]) expect(each.asked).toEqual(["close"]);
});

test("a document of an older schema may hold something else in a field's place, until it is written again", async () => {
  const layout: Layout = { types: jobLayout.types.map((type) => ({ ...type, schemaVersion: 2 })) };
  const older = saved(jobLayout, { a: { rank: "high", status: "running" } });
  await using driver = new StateDriver(medium({ load: async () => older }));
  await driver.open(layout, driverOptions());
  const isRunning = { kind: "test", field: "status", operator: "eq", operand: "running", negated: false } as const;
  expect(await driver.countBy("default", "Job", "rank", isRunning)).toEqual(new Map([[null, 1]]));
});

test('layout "check" refuses a model that asks for more than is stored, and takes one that does not', async () => {
  const short: Layout = { types: jobLayout.types.slice(0, 1) };
  const lacking = new StateDriver(medium({ load: async () => saved(short, {}) }));
  expect(await refused(lacking.open(jobLayout, driverOptions({ layout: "check" })))).toBe("LAYOUT_OUTDATED");
  const noting = medium({ load: async () => saved(jobLayout, {}) });
  await using driver = new StateDriver(noting);
  expect(await driver.open(short, driverOptions({ layout: "check" }))).toEqual(jobLayout);
  expect(noting.asked).toEqual([]);
});

test("records that are loaded stand in the same orders as if they were written, however many and wherever they lay", async () => {
  const bodies = Array.from({ length: 9_000 }, (_, at) => ({
    status: `s${(at * 7) % 5}`,
    rank: (at * 13) % 11,
    name: `n${at}`,
  }));
  const shuffled = Object.fromEntries(bodies.map((body, at) => [`job-${(at * 3_001) % 9_000}`, body]));
  await using loaded = new StateDriver(medium({ load: async () => saved(jobLayout, shuffled) }));
  await loaded.open(jobLayout, driverOptions());
  await using written = new StateDriver(medium());
  await written.open(jobLayout, driverOptions());
  await written.apply(groups(...Object.entries(shuffled).map(([id, body]) => put("Job", id, body))));
  for (const driver of [loaded, written])
    await driver.apply(groups(put("Job", "job-later", { rank: 4 }), remove("Job", "job-7")));
  const where = { kind: "constant", value: true } as const;
  for (const field of ["createdAt", "id", "name", "rank", "status"]) {
    const order = (field === "id" ? ["id"] : [field, "id"]).map((each) => ({ field: each, descending: false }));
    const query = { type: "Job", where, order, limit: 10_000, omitBody: true };
    const ids = async (driver: Driver) => (await driver.find("default", query)).map(({ record }) => record.id);
    expect(await ids(loaded)).toEqual(await ids(written));
  }
  expect(await loaded.stats()).toEqual(await written.stats());
  expect(await loaded.check()).toEqual([]);
});

test("one key twice in what was saved is STORE_CORRUPT, with the key", async () => {
  const { pieces, ...rest } = saved(jobLayout, { a: {} });
  const [once = []] = [...(Symbol.iterator in pieces ? pieces : [])];
  const driver = new StateDriver(medium({ load: async () => ({ ...rest, pieces: [once, once] }) }));
  const thrown: unknown = await driver.open(jobLayout, driverOptions()).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "STORE_CORRUPT", details: { place: "test:1", type: "Job", id: "a" } });
});

test("check tells of documents that are damaged and of references that lead nowhere", async () => {
  const loose: Layout = {
    types: jobLayout.types.map((type) => ({ ...type, references: [{ field: "missionId", to: "Mission" }] })),
  };
  const layout: Layout = { types: loose.types.filter(({ type }) => type === "Job") };
  const stored = saved(layout, { a: { missionId: "nowhere" } });
  await using driver = new StateDriver(medium({ load: async () => stored }));
  await driver.open(layout, driverOptions());
  await driver.apply([
    [
      { ...put("Job", "b"), text: "{" },
      { ...put("Job", "c"), text: '{"rank":9}' },
    ].map((op) => op),
  ]);
  const problems = await driver.check();
  expect(problems.map(({ kind, id }) => [kind, id])).toEqual([
    ["orphan", "a"],
    ["integrity", "b"],
    ["integrity", "c"],
  ]);
});
