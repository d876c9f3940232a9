import { readdir, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { HoldfastError, type Store } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { exportStateStore, importStateStore, storeHash } from "../../src/index.ts";
import { containing, freshPath, sampleFile, stateModel, StateStoreMaker } from "./state-store-files.ts";

const targets = storesUnderTest();

function rowsOf(path: string, table: string): readonly object[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare(`SELECT rowid, * FROM ${table} ORDER BY rowid`).all();
  database.close();
  return rows.map((row) => ({ ...row }));
}

/** A row whose whole numbers have no point: that is all that a number loses on its way. */
function withoutPoints(row: object): object {
  const plain = (cell: unknown): unknown =>
    typeof cell === "string" ? cell.replaceAll(/(?<=\d)\.0(?=[,}\]])/g, "") : cell;
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, plain(cell)]));
}

/** Tables with their columns and keys, and indexes with theirs, as SQLite understands them. */
function schemaOf(path: string): object {
  const database = new DatabaseSync(path, { readOnly: true });
  const all = (query: string): readonly object[] =>
    database
      .prepare(query)
      .all()
      .map((row) => ({ ...row }));
  const schema = {
    columns: all(`SELECT t.name AS tab, c.* FROM pragma_table_list t, pragma_table_info(t.name) c
      WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid`),
    keys: all(`SELECT t.name AS tab, k.* FROM pragma_table_list t, pragma_foreign_key_list(t.name) k
      WHERE t.schema = 'main' ORDER BY t.name`),
    indexes: all("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' ORDER BY name"),
    settings: all("SELECT * FROM pragma_journal_mode, pragma_encoding, pragma_user_version, pragma_page_size"),
  };
  database.close();
  return schema;
}

describe.each(targets)("from $name", (target) => {
  let store: Store;
  let opened: Store;
  let tests = 0;
  beforeAll(async () => {
    opened = await target.open({ model: stateModel });
  });
  beforeEach(() => {
    store = opened.tenant(`test-${(tests += 1)}`);
  });
  afterAll(() => opened.close());

  test("what was imported is exported to the tables of the original, cell by cell and in its order", async () => {
    const path = await sampleFile("orchestrator");
    await importStateStore(path, store);
    const exported = freshPath();
    const { problems, tables } = await exportStateStore(store, exported, { batch: 77 });
    expect(problems).toEqual([]);
    expect(tables.map(({ table, rows, taken }) => [table, rows, taken])).toEqual([
      ["runs", 5, 5],
      ["intel_items", 500, 500],
      ["telemetry", 5, 5],
    ]);
    expect(schemaOf(exported)).toEqual(schemaOf(path));
    for (const table of ["runs", "intel_items", "telemetry"]) {
      expect(rowsOf(exported, table)).toEqual(rowsOf(path, table).map(withoutPoints));
    }
    await using again = await target.open({ model: stateModel });
    await importStateStore(exported, again.tenant(store.tenantName));
    const records = async (from: Store): Promise<readonly object[]> =>
      (await from.find({ type: "IntelItem", limit: 10_000 })).records;
    expect(await records(again.tenant(store.tenantName))).toEqual(await records(store));
  });
});

const [first] = targets;
if (first === undefined) throw new Error("no store to test with");
const target = first;

async function imported(path: string): Promise<Store> {
  const store = await target.open({ model: stateModel });
  await importStateStore(path, store);
  return store;
}

test("odd times, order, numbers and texts of a file come back through an export as they came in", async () => {
  const maker = new StateStoreMaker("as the StateStore makes them").add("runs", { run_id: "r1", started_at: "once" });
  maker.add("runs", {
    run_id: "r0",
    started_at: "2025-01-01",
    settings_snapshot_json: "[1e-07, 1e+22, 1.5, NaN, 12345678901234567890]",
  });
  for (const [id, at] of [
    ["b", "2026-02-18T06:00:02+00:00"],
    ["a", "2026-02-18T06:00:02+00:00"],
    ["n", "2026-02-18 06:00:02"],
    ["x", "soon"],
  ] as const) {
    maker.add("intel_items", {
      item_id: id,
      created_at: at,
      claims_json: '["\\ud83d\\ude00", "\\ud800", "a\\u0000"]',
      title: "é\u0000",
    });
  }
  maker
    .add("telemetry", { run_id: "r0", created_at: "2026-02-18T06:00:03.000001+00:00" })
    .add("telemetry", { run_id: "r1" });
  await using store = await imported(maker.close());
  const path = freshPath();
  expect((await exportStateStore(store, path)).problems).toEqual([]);
  expect(rowsOf(path, "intel_items")[0]).toMatchObject({
    item_id: "n",
    claims_json: '["\\ud83d\\ude00", "\\ud800", "a\\u0000"]',
    title: "é\u0000",
    created_at: "2026-02-18 06:00:02",
  });
  expect(rowsOf(path, "runs")[1]).toMatchObject({
    started_at: "2025-01-01",
    settings_snapshot_json: '[1e-07, 1e+22, 1.5, null, "12345678901234567890"]',
  });
  await using again = await imported(path);
  expect(await storeHash(again)).toBe(await storeHash(store));
});

test("what the original has no place for is named: fields, texts, types", async () => {
  await using store = await target.open({ model: stateModel });
  const put = async (type: string, id: string, body: object): Promise<void> => {
    await store.write([{ put: { type, id, documentVersion: 1, body: { ...body } }, expect: "absent" }]);
  };
  await put("Run", "r1", { runType: "daily", status: "running", startedAt: "now", notes: "\ud800", owner: "me" });
  await put("Run", "r2", { runType: ["a"], status: null });
  await put("Note", "n1", {});
  const path = freshPath();
  const { tables, problems } = await exportStateStore(store, path);
  expect(tables[0]).toMatchObject({ table: "runs", rows: 2, taken: 2, changed: 2, refused: 0 });
  expect(problems.map(({ kind, id, path: at, was, became }) => [kind, id, at, was, became])).toEqual([
    ["changed", "r1", ["notes"], '"\\ud800"', '"\ufffd"'],
    ["changed", "r1", ["owner"], '"me"', undefined],
    ["changed", "r2", ["runType"], '["a"]', JSON.stringify('["a"]')],
    ["changed", "r2", ["startedAt"], "null", '""'],
    ["changed", "r2", ["status"], "null", '""'],
    ["noted", undefined, undefined, undefined, undefined],
  ]);
  expect(problems.at(-1)).toMatchObject({ table: "Note", reason: containing("1 records are left out") });
  expect(rowsOf(path, "runs")).toMatchObject([
    { run_id: "r1", settings_snapshot_json: "{}" },
    { run_id: "r2", notes: null },
  ]);
});

test("a path where something stands is INVALID_CONFIG, and so is one beside the log of a former database", async () => {
  await using store = await target.open({ model: stateModel });
  const [taken, besideLog] = [freshPath(), freshPath()];
  await writeFile(taken, "mine");
  await writeFile(`${besideLog}-wal`, "a log");
  for (const path of [taken, besideLog, `${freshPath()}/`]) {
    const thrown: unknown = await exportStateStore(store, path).catch((error: unknown) => error);
    expect(HoldfastError.is(thrown, "INVALID_CONFIG")).toBe(true);
  }
});

test("an export that ends early leaves no file", async () => {
  const store = await target.open({ model: stateModel });
  const path = freshPath();
  await store.close();
  const thrown: unknown = await exportStateStore(store, path).catch((error: unknown) => error);
  expect(HoldfastError.is(thrown, "STORE_CLOSED")).toBe(true);
  expect((await readdir(dirname(path))).filter((name) => name.startsWith(basename(path)))).toEqual([]);
});
