import { join } from "node:path";

import type { JsonObject, OpenOptions, Store, StoredRecord } from "@holdfast/core";
import { openSqliteStore } from "@holdfast/store-sqlite";
import Database from "better-sqlite3";
import { describe, expect, test, vi } from "vitest";
import { index, model, type, unique } from "@holdfast-tooling/sql-fixtures";

import { temporaryFolder } from "./temporary-folder.ts";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = temporaryFolder();
let files = 0;

function freshPath(): string {
  return join(folder, `${++files}.db`);
}

async function put(store: Store, name: string, id: string, body: JsonObject): Promise<StoredRecord | undefined> {
  const [result] = await store.write([{ put: { type: name, id, documentVersion: 1, body }, expect: "any" }]);
  return result?.record;
}

async function ids(store: Store, name: string, where = {}): Promise<readonly string[]> {
  return (await store.find({ type: name, where })).records.map(({ id }) => id);
}

/** Opens, does something and closes. */
async function within<T>(path: string, options: OpenOptions, work: (store: Store) => Promise<T>): Promise<T> {
  await using store = await openSqliteStore(path, options);
  return await work(store);
}

const plainJob = type("Job", { status: "string" }, [index("status")]);
const mission = type("Mission", {});

describe("a model that gained", () => {
  test("a type takes its records out of the table of undeclared ones, as they were", async () => {
    const path = freshPath();
    const before = await within(path, {}, async (store) => {
      const records: (StoredRecord | undefined)[] = [];
      for (let at = 0; at < 1_200; at++) records.push(await put(store, "Job", `j${at}`, { status: `s${at % 3}`, at }));
      await put(store.tenant("other"), "Job", "j0", { status: "s9" });
      await put(store, "Note", "n", { text: "stays" });
      await store.write([{ delete: { type: "Job", id: "j1" }, expect: "present" }]);
      return records;
    });
    await within(path, { model: model(plainJob) }, async (store) => {
      const [first, deleted, last] = await store.get("Job", ["j0", "j1", "j1199"]);
      expect([first, deleted, last]).toEqual([before[0], undefined, before[1_199]]);
      expect(await store.count("Job", { status: "s0" })).toBe(400);
      expect(await ids(store.tenant("other"), "Job", { status: "s9" })).toEqual(["j0"]);
      expect(await ids(store, "Note")).toEqual(["n"]);
      expect((await put(store, "Job", "j1", {}))?.version).toBe(3);
      expect(await store.check()).toEqual({ ok: true, problems: [] });
    });
  });

  test("a field and an index finds the records that were there before by them", async () => {
    const path = freshPath();
    await within(path, { model: model(plainJob) }, async (store) => {
      for (let at = 0; at < 1_100; at++) await put(store, "Job", `j${at}`, { status: "s", agent: `a${at % 10}` });
    });
    const wider = type("Job", { agent: "string", status: "string" }, [index("agent", "createdAt"), index("status")]);
    await within(path, { model: model(wider) }, async (store) => {
      expect(await store.count("Job", { agent: "a3" })).toBe(110);
      expect((await store.get("Job", ["j7"]))[0]).toMatchObject({ version: 1 });
    });
  });

  test("an enforced reference enforces it from then on, and keeps indexes and records", async () => {
    const path = freshPath();
    const loose = type("Job", { missionId: "string", status: "string" }, [index("status"), unique("missionId")]);
    await within(path, { model: model(loose, mission) }, async (store) => {
      await put(store, "Mission", "m", {});
      await put(store, "Job", "j", { missionId: "m", status: "s" });
    });
    const bound = { ...loose, references: [{ field: "missionId", to: "Mission", onDelete: "restrict" as const }] };
    await within(path, { model: model(bound, mission) }, async (store) => {
      expect(await ids(store, "Job", { status: "s" })).toEqual(["j"]);
      await expect(put(store, "Job", "k", { missionId: "nobody" })).rejects.toMatchObject({
        code: "REFERENCE_VIOLATION",
      });
      await expect(put(store, "Job", "k", { missionId: "m" })).rejects.toMatchObject({ code: "UNIQUE_VIOLATION" });
    });
    const released = { ...loose, references: [{ field: "missionId", to: "Mission" }] };
    await within(path, { model: model(released, mission) }, async (store) => {
      expect(await put(store, "Job", "k", { missionId: "nobody" })).toMatchObject({ version: 1 });
    });
  });
});

describe("a model that the records do not bear", () => {
  test("is refused with the orphans, and changes nothing", async () => {
    const path = freshPath();
    const loose = type("Job", { missionId: "string" }, [index("missionId")]);
    await within(path, { model: model(loose) }, (store) => put(store, "Job", "j", { missionId: "nobody" }));
    const bound = { ...loose, references: [{ field: "missionId", to: "Mission", onDelete: "cascade" as const }] };
    await expect(openSqliteStore(path, { model: model(bound, mission) })).rejects.toMatchObject({
      code: "REFERENCE_VIOLATION",
      details: { count: 1, records: [{ tenant: "default", type: "Job", id: "j", field: "missionId", to: "Mission" }] },
    });
    await within(path, {}, async (store) => {
      expect(store.layout.types.map((each) => each.type)).toEqual(["Job"]);
      expect(await ids(store, "Job")).toEqual(["j"]);
    });
  });

  test("is refused with the twins, and changes nothing", async () => {
    const path = freshPath();
    const plain = type("Job", { name: "string" }, [index("name")]);
    await within(path, { model: model(plain) }, async (store) => {
      for (const [id, name] of [
        ["a", "x"],
        ["b", "x"],
        ["c", "y"],
        ["d", null],
        ["e", null],
      ] as const) {
        await put(store, "Job", id, { name });
      }
    });
    await expect(
      openSqliteStore(path, { model: model({ ...plain, indexes: [unique("name")] }) }),
    ).rejects.toMatchObject({
      code: "UNIQUE_VIOLATION",
      details: { count: 2 },
    });
    await within(path, {}, async (store) => expect(await store.count("Job")).toBe(5));
  });

  test("is refused where a value is not of its field's kind", async () => {
    const path = freshPath();
    await within(path, {}, (store) => put(store, "Job", "j", { status: 5 }));
    await expect(openSqliteStore(path, { model: model(plainJob) })).rejects.toMatchObject({ code: "INVALID_ENTITY" });
    await within(path, {}, async (store) => expect(await ids(store, "Job")).toEqual(["j"]));
  });

  test("is refused where names differ only in case", async () => {
    const clash = model(type("Job", {}), type("job", {}));
    await expect(openSqliteStore(freshPath(), { model: clash })).rejects.toMatchObject({ code: "INVALID_MODEL" });
  });
});

describe("while a newer process is at work", () => {
  test("an older one fills the columns that it does not know, and finds the types that were declared since", async () => {
    const path = freshPath();
    await using old = await openSqliteStore(path, { model: model(plainJob) });
    await using blind = await openSqliteStore(path, { model: model(plainJob) });
    await put(old, "Note", "n1", { text: "early" });
    const wider = type("Job", { agent: "string", status: "string" }, [index("agent"), index("status")]);
    const note = type("Note", { text: "string" }, [index("text")]);
    await using young = await openSqliteStore(path, { model: model(wider, note) });

    await put(blind, "Job", "unread", { status: "s", agent: "unread" });
    expect(await ids(young, "Job", { agent: "unread" })).toEqual(["unread"]);
    expect(await ids(old, "Note")).toEqual(["n1"]);
    await put(old, "Note", "n2", { text: "late" });
    await put(old, "Job", "j", { status: "s", agent: "a7" });
    expect(await ids(young, "Note", { text: "late" })).toEqual(["n2"]);
    expect(await ids(young, "Job", { agent: "a7" })).toEqual(["j"]);
    await old.transaction(async (session) => {
      expect(await session.count("Note")).toBe(2);
      await session.write([
        { put: { type: "Note", id: "n3", documentVersion: 1, body: { text: "last" } }, expect: "absent" },
      ]);
    });
    expect(await ids(young, "Note", { text: "last" })).toEqual(["n3"]);
    expect(await young.check()).toEqual({ ok: true, problems: [] });
  });
});

describe("the layout itself", () => {
  test("of newer code is refused and left alone", async () => {
    const path = freshPath();
    await within(path, {}, async () => undefined);
    const database = new Database(path);
    database.exec("update holdfast_epoch set format = 2");
    database.close();
    await expect(openSqliteStore(path)).rejects.toMatchObject({
      code: "LAYOUT_NEWER",
      details: { format: 2, known: 1 },
    });
  });

  test("is only read when nothing is new", async () => {
    const path = freshPath();
    const open = (): Promise<void> => within(path, { model: model(plainJob) }, async () => undefined);
    await open();
    const look = new Database(path, { readonly: true });
    const schema = () => look.pragma("schema_version", { simple: true });
    const before = schema();
    await open();
    expect(schema()).toBe(before);
    look.close();
  });

  test("takes no writes once the store was moved, and still reads", async () => {
    const path = freshPath();
    await using store = await openSqliteStore(path, { model: model(plainJob) });
    await put(store, "Job", "j", { status: "s" });
    const database = new Database(path);
    database
      .prepare("update holdfast_epoch set move = ?")
      .run(JSON.stringify({ state: "moved", to: "postgres://new" }));
    database.close();
    const moved = { code: "STORE_MOVED", outcome: "none", details: { to: "postgres://new" } };
    await expect(put(store, "Job", "k", {})).rejects.toMatchObject(moved);
    expect(await ids(store, "Job")).toEqual(["j"]);
  });
});
