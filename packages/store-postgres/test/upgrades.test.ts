import type { JsonObject, Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";
import { expect, test, vi } from "vitest";
import { index, model, type, unique } from "@holdfast-tooling/sql-fixtures";

import { freshUrl } from "./fresh-url.ts";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const durability = "process-crash";
const mission = type("Mission", {});
const plainJob = type("Job", { status: "string" }, [index("status")]);
const wideJob = type(
  "Job",
  { agent: "string", missionId: "string", status: "string" },
  [index("agent", "createdAt"), unique("missionId"), index("status")],
  [{ field: "missionId", to: "Mission", onDelete: "restrict" }],
);

async function put(store: Store, name: string, id: string, body: JsonObject): Promise<void> {
  await store.write([{ put: { type: name, id, documentVersion: 1, body }, expect: "any" }]);
}

async function ids(store: Store, name: string, where = {}): Promise<readonly string[]> {
  return (await store.find({ type: name, where })).records.map(({ id }) => id);
}

test("a model that gained a type, a field, an index and a reference finds what was there, and keeps to all of it", async () => {
  const url = freshUrl();
  await using old = await openPostgresStore(url, { model: model(plainJob), durability });
  await put(old, "Mission", "m", {});
  await old.write(
    Array.from({ length: 1_100 }, (_, at) => {
      const body = { status: "s", agent: `a${at % 10}`, missionId: at === 0 ? "m" : null };
      return { put: { type: "Job", id: `j${at}`, documentVersion: 1, body }, expect: "any" } as const;
    }),
  );
  await using young = await openPostgresStore(url, { model: model(wideJob, mission), durability });
  expect(await young.count("Job", { agent: "a3" })).toBe(110);
  expect(await ids(young, "Job", { missionId: "m" })).toEqual(["j0"]);
  expect((await young.get("Job", ["j7"]))[0]).toMatchObject({ version: 1 });
  expect(await ids(young, "Mission")).toEqual(["m"]);
  await expect(put(young, "Job", "k", { missionId: "nobody" })).rejects.toMatchObject({
    code: "REFERENCE_VIOLATION",
    details: { type: "Job", field: "missionId" },
  });
  await expect(put(young, "Job", "k", { missionId: "m" })).rejects.toMatchObject({ code: "UNIQUE_VIOLATION" });

  // The older process, which knows of none of it.
  expect(await ids(old, "Mission")).toEqual(["m"]);
  await put(old, "Job", "late", { agent: "a99" });
  expect(await ids(young, "Job", { agent: "a99" })).toEqual(["late"]);
  await expect(put(old, "Job", "k", { missionId: "nobody" })).rejects.toMatchObject({ code: "REFERENCE_VIOLATION" });
  expect(await young.check()).toEqual({ ok: true, problems: [] });
});

test("a reference that is no longer enforced lets go", async () => {
  const url = freshUrl();
  await (await openPostgresStore(url, { model: model(wideJob, mission), durability })).close();
  const released = { ...wideJob, references: [{ field: "missionId", to: "Mission" }] };
  await using store = await openPostgresStore(url, { model: model(released, mission), durability });
  await put(store, "Job", "j", { missionId: "nobody" });
  expect(await ids(store, "Job", { missionId: "nobody" })).toEqual(["j"]);
});

test.for([
  ["orphans", { missionId: "nobody" }, { missionId: "elsewhere" }, "REFERENCE_VIOLATION"],
  ["twins", { missionId: "m" }, { missionId: "m" }, "UNIQUE_VIOLATION"],
  ["values of another kind", { agent: 5 }, {}, "INVALID_ENTITY"],
] as const)(
  "a model that the records do not bear, for %s, is refused and has changed nothing",
  async ([, one, two, code]) => {
    const url = freshUrl();
    await using store = await openPostgresStore(url, { model: model(plainJob), durability });
    await put(store, "Mission", "m", {});
    await put(store, "Job", "one", one);
    await put(store, "Job", "two", two);
    await expect(openPostgresStore(url, { model: model(wideJob, mission), durability })).rejects.toMatchObject({
      code,
    });
    await using again = await openPostgresStore(url, { durability });
    expect(again.layout.types.map((each) => each.type)).toEqual(["Job"]);
    expect(await ids(again, "Job")).toEqual(["one", "two"]);
    expect(await ids(again, "Mission")).toEqual(["m"]);
  },
);

test("an upgrade while others write and read neither fails them nor loses anything", async () => {
  const url = freshUrl();
  await using old = await openPostgresStore(url, { model: model(plainJob), durability });
  const before = Array.from({ length: 3_000 }, (_, at) => `z${at}`);
  await old.write(
    before.map(
      (id) => ({ put: { type: "Job", id, documentVersion: 1, body: { agent: "b" } }, expect: "any" }) as const,
    ),
  );
  let isOver = false;
  let written = 0;
  const writing = (async () => {
    // Opening waits for some thousand records, not for any number.
    while (!isOver) await put(old, "Job", `j${written++ % 1_000}`, { agent: "a", status: "s" });
  })();
  const reading = (async () => {
    while (!isOver) {
      await old.transaction(async (session) => void (await session.find({ type: "Job", where: { status: "s" } })));
    }
  })();
  await using young = await openPostgresStore(url, { model: model(wideJob, mission), durability });
  isOver = true;
  await Promise.all([writing, reading]);
  expect(await young.count("Job", { agent: "a" })).toBe(Math.min(written, 1_000));
  expect(await young.count("Job", { agent: "b" })).toBe(before.length);
  expect(await young.check()).toEqual({ ok: true, problems: [] });
});
