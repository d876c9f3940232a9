import { HoldfastError, type Store, type StoredRecord } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { importStateStore, inspectStateStore, type ImportReport } from "../../src/index.ts";
import { containing, matching, stateModel, StateStoreMaker } from "./state-store-files.ts";

const nul = String.fromCharCode(0);

function strict(): StateStoreMaker {
  return new StateStoreMaker("as the StateStore makes them").add("runs", { run_id: "r1" });
}

function loose(): StateStoreMaker {
  return new StateStoreMaker("without any rule").add("runs", { run_id: "r1" });
}

/** What the report says of rows, without what it says they were. */
function told({ problems }: ImportReport, kind: "changed" | "refused" | "noted"): readonly object[] {
  return problems
    .filter((problem) => problem.kind === kind)
    .map(({ table, row, id, path, reason }) => ({ table, row, id, path, reason }));
}

describe.each(storesUnderTest())("into $name", (target) => {
  let opened: Store;
  let store: Store;
  let tests = 0;
  beforeAll(async () => {
    opened = await target.open({ model: stateModel });
  });
  beforeEach(() => {
    store = opened.tenant(`test-${(tests += 1)}`);
  });
  afterAll(() => opened.close());

  async function listed(type: string): Promise<readonly StoredRecord[]> {
    return (await store.find({ type, limit: 10_000 })).records;
  }

  async function bodyOf(type: string, id: string): Promise<object | undefined> {
    return (await store.get(type, [id]))[0]?.body;
  }

  test("items stand in the order of their times, and those of one time as they were written", async () => {
    const maker = strict().add("runs", { run_id: "r0", started_at: "2025-01-01T00:00:00+00:00" });
    const early = "2026-02-18T06:00:02.000005+00:00";
    for (const id of ["z", "b", "a"]) maker.add("intel_items", { item_id: id });
    for (const id of ["y", "c"]) maker.add("intel_items", { item_id: id, created_at: early });
    maker.add("intel_items", { item_id: "first", created_at: "2026-02-18T06:00:01.999999+00:00" });
    await importStateStore(maker.close(), store, { batch: 2 });
    const items = await listed("IntelItem");
    expect(items.map(({ id }) => id)).toEqual(["first", "z", "b", "a", "y", "c"]);
    expect(items.map(({ created }) => created - (items[1]?.created ?? 0))).toEqual([-1, 0, 1, 2, 5, 6]);
    expect(items.map(({ body }) => body["created_at"])).toEqual([
      undefined,
      undefined,
      "2026-02-18T06:00:02+00:00",
      "2026-02-18T06:00:02+00:00",
      undefined,
      early,
    ]);
    expect((await listed("Run")).map(({ id }) => id)).toEqual(["r1", "r0"]);
  });

  test("a run's record was updated when the run was finished", async () => {
    const finished = "2026-02-18T06:01:02.002001+00:00";
    const maker = strict().add("runs", { run_id: "r2", finished_at: finished, status: "partial", notes: "3 of 4" });
    await importStateStore(maker.close(), store);
    const [, run] = await listed("Run");
    expect(run).toMatchObject({
      version: 1,
      created: Date.parse("2026-02-18T06:00:01Z") * 1000 + 1,
      updated: Date.parse("2026-02-18T06:01:02Z") * 1000 + 2001,
      body: { startedAt: "2026-02-18T06:00:01+00:00", finishedAt: finished, status: "partial", notes: "3 of 4" },
    });
  });

  test("an import that is made again writes nothing, and leaves alone what has gone on since", async () => {
    const path = strict().add("intel_items", { item_id: "i1" }).add("telemetry", { run_id: "r1" }).close();
    expect(await importStateStore(path, store)).toMatchObject({ written: 3, unchanged: 0 });
    expect(await importStateStore(path, store)).toMatchObject({ written: 0, unchanged: 3, problems: [] });
    const body = { ...(await bodyOf("IntelItem", "i1")), title: "changed here" };
    await store.write([{ put: { type: "IntelItem", id: "i1", documentVersion: 1, body }, expect: 1 }]);
    const report = await importStateStore(path, store);
    expect(report).toMatchObject({ written: 0, unchanged: 2 });
    expect(told(report, "refused")).toMatchObject([{ table: "intel_items", row: "1", id: "i1" }]);
    expect(await bodyOf("IntelItem", "i1")).toMatchObject({ title: "changed here" });
  });

  test("what belongs to a run that is not there is listed whole, and not taken", async () => {
    const maker = strict().add("intel_items", { item_id: "kept" });
    maker.add("intel_items", { item_id: "orphan", run_id: "gone", title: "of nobody" });
    maker.add("telemetry", { run_id: "gone", telemetry_json: '{"a":1}' });
    const report = await importStateStore(maker.close(), store);
    expect(report.tables).toMatchObject([
      { table: "runs", type: "Run", rows: 1, taken: 1, refused: 0 },
      { table: "intel_items", type: "IntelItem", rows: 2, taken: 1, refused: 1 },
      { table: "telemetry", type: "Telemetry", rows: 1, taken: 0, refused: 1 },
    ]);
    expect(report.problems).toMatchObject([
      {
        kind: "refused",
        id: "orphan",
        reason: "belongs to a run that is not there",
        was: containing('"title":"of nobody"'),
      },
      { kind: "refused", id: "gone", was: containing('{\\"a\\":1}') },
    ]);
    expect((await listed("IntelItem")).map(({ id }) => id)).toEqual(["kept"]);
  });

  test("a row that the store refuses is listed, and costs no other row of its batch", async () => {
    const maker = strict();
    for (let at = 0; at < 9; at++)
      maker.add("runs", { run_id: `s${at}`, status: at === 4 ? "long ".repeat(200) : "done" });
    const report = await importStateStore(maker.close(), store);
    expect(report.tables[0]).toMatchObject({ rows: 10, taken: 9, refused: 1 });
    expect(told(report, "refused")).toMatchObject([{ table: "runs", row: "6", id: "s4" }]);
    expect(await listed("Run")).toHaveLength(9);
  });

  test("with `fail` the first problem is INVALID_ENTITY, and nothing is written, nor by what the store refuses", async () => {
    const orphan = strict().add("intel_items", { item_id: "secret", run_id: "gone", title: "confidential" }).close();
    const long = strict()
      .add("runs", { run_id: "r2", status: "long ".repeat(200) })
      .close();
    for (const [path, code] of [
      [orphan, "INVALID_ENTITY"],
      [long, "INDEX_VALUE_TOO_LARGE"],
    ] as const) {
      const thrown: unknown = await importStateStore(path, store, { onProblem: "fail" }).catch(
        (error: unknown) => error,
      );
      expect(HoldfastError.is(thrown, code)).toBe(true);
      expect(String(thrown)).not.toContain("confidential");
      expect(await listed("Run")).toEqual([]);
    }
    const whole = strict().close();
    expect(await importStateStore(whole, store, { onProblem: "fail" })).toMatchObject({ written: 1, problems: [] });
  });

  test("with `skip` rows that would have to be changed are left out, and listed", async () => {
    const maker = strict().add("runs", { run_id: "r2", settings_snapshot_json: '{"ratio": NaN}' });
    const report = await importStateStore(maker.close(), store, { onProblem: "skip" });
    expect(report.tables[0]).toMatchObject({ rows: 2, taken: 1, changed: 0, refused: 1 });
    expect(told(report, "refused")).toMatchObject([{ row: "2", id: "r2", reason: "would have to be changed" }]);
    expect((await listed("Run")).map(({ id }) => id)).toEqual(["r1"]);
  });

  test("numbers that JSON does not have are changed, and the report says where and what they were", async () => {
    const scores = '{"a": [1.0, NaN, {"b": -Infinity}], "big": 12345678901234567890, "small": 1e-07}';
    const report = await importStateStore(
      strict().add("intel_items", { item_id: "i1", scores_json: scores }).close(),
      store,
    );
    expect(report.tables[1]).toMatchObject({ rows: 1, taken: 1, changed: 1, refused: 0 });
    expect(report.problems).toMatchObject([
      { kind: "changed", id: "i1", path: ["scores_json", "a", 1], was: "NaN", became: "null" },
      { kind: "changed", id: "i1", path: ["scores_json", "a", 2, "b"], was: "-Infinity" },
      {
        kind: "changed",
        id: "i1",
        path: ["scores_json", "big"],
        was: "12345678901234567890",
        became: '"12345678901234567890"',
      },
    ]);
    expect(await bodyOf("IntelItem", "i1")).toMatchObject({
      scores: { a: [1, null, { b: null }], big: "12345678901234567890", small: 1e-7 },
    });
  });

  test("keys that mean something elsewhere, half surrogate pairs and NULs come back as they were", async () => {
    const claims = '["\\ud800", "a\\u0000b", {"__proto__": {"x": 1}, "constructor": 2, "": 3, "10": 4, "9": 5}]';
    const maker = new StateStoreMaker("as the StateStore makes them").add("runs", {
      run_id: "__proto__",
      notes: `a${nul}b`,
    });
    maker.add("intel_items", { item_id: "constructor", run_id: "__proto__", claims_json: claims, title: `${nul}x 📰` });
    const report = await importStateStore(maker.close(), store);
    expect(report.problems).toEqual([]);
    expect(await bodyOf("Run", "__proto__")).toMatchObject({ notes: `a${nul}b` });
    const item = await bodyOf("IntelItem", "constructor");
    expect(JSON.stringify(item)).toContain(JSON.stringify(JSON.parse(claims)).slice(0, -1));
    expect(item).toMatchObject({ runId: "__proto__", title: `${nul}x 📰` });
  });

  test("times without an offset are taken for UTC and kept; what is no time takes its place from the row before it", async () => {
    const maker = strict();
    for (const created of [
      "2026-02-18T06:00:02",
      "2026-02-18 06:00:03.5-03:30",
      "soon",
      "2026-02-30T00:00:00+00:00",
      "9999-01-01T00:00:00Z",
    ]) {
      maker.add("intel_items", { item_id: created, created_at: created });
    }
    const report = await importStateStore(maker.close(), store);
    expect(told(report, "noted")).toMatchObject([
      { id: "2026-02-30T00:00:00+00:00", path: ["created_at"], reason: containing("cannot be read") },
      { id: "9999-01-01T00:00:00Z" },
      { id: "soon" },
      { table: "intel_items", reason: matching(/^1 rows have times without an offset/) },
    ]);
    const { records } = await store.find({ type: "IntelItem" });
    expect(records.map(({ created, body }) => [created - (records[0]?.created ?? 0), body["created_at"]])).toEqual([
      [0, "2026-02-18 06:00:03.5-03:30"],
      [1, "2026-02-18T06:00:02"],
      [2, "2026-02-30T00:00:00+00:00"],
      [3, "9999-01-01T00:00:00Z"],
      [4, "soon"],
    ]);
    expect(records[0]?.created).toBe(Date.parse("2026-02-18T09:30:03.500Z") * 1000);
  });

  test("tables that the StateStore does not have become types, and their rows records under their numbers", async () => {
    const maker = strict();
    maker.database.exec(`CREATE TABLE notes (id, note, n); CREATE TABLE "Run" (a); CREATE TABLE "odd é" (a);
      INSERT INTO notes VALUES ('x', 'first', 1.5), (NULL, x'00', 9007199254740993); INSERT INTO "Run" VALUES (1);
      CREATE TABLE keyed (k TEXT PRIMARY KEY) WITHOUT ROWID`);
    const path = maker.close();
    const report = await importStateStore(path, store);
    expect(
      report.tables.slice(3).map(({ table, type, rows, taken, changed }) => [table, type, rows, taken, changed]),
    ).toEqual([
      ["Run", "Run_table", 1, 1, 0],
      ["notes", "notes", 2, 2, 1],
      ["odd é", "odd__", 0, 0, 0],
    ]);
    expect(told(report, "changed")).toMatchObject([
      { table: "notes", row: "2", id: "2", path: ["note"] },
      { path: ["n"], reason: containing("larger") },
    ]);
    expect(told(report, "refused")).toMatchObject([{ table: "keyed", reason: containing("no numbers") }]);
    expect((await listed("notes")).map(({ id, body }) => [id, body])).toEqual([
      ["1", { id_column: "x", note: "first", n: 1.5 }],
      ["2", { id_column: null, note: "\u0000", n: "9007199254740993" }],
    ]);
    expect(await importStateStore(path, store)).toMatchObject({ written: 0, unchanged: 4 });
    const skipped = await inspectStateStore(path, { onProblem: "skip" });
    expect(skipped.tables[4]).toMatchObject({ table: "notes", taken: 1, refused: 1 });
  });
});

test("a cell that is not JSON is kept as the text that stands there", async () => {
  const report = await inspectStateStore(strict().add("intel_items", { item_id: "i1", claims_json: "['a'," }).close());
  expect(told(report, "changed")).toMatchObject([{ id: "i1", path: ["claims_json"], reason: containing("no JSON") }]);
  expect(report.problems[0]).toMatchObject({ was: `"['a',"`, became: `"['a',"` });
});

test("other kinds of values than the StateStore writes are taken as what they say", async () => {
  const maker = loose();
  const bytes = Buffer.from("caf\u00e9");
  maker.add("runs", {
    run_id: 5,
    run_type: 2.5,
    status: bytes,
    settings_snapshot_json: 7,
    notes: Buffer.from([0xff, 0]),
  });
  maker.add("intel_items", {
    item_id: Buffer.from("blob"),
    run_id: 5,
    title: null,
    scores_json: null,
    created_at: null,
  });
  maker.add("telemetry", { run_id: "r1", telemetry_json: Buffer.from('{"a": 1}') });
  maker.database.exec("UPDATE runs SET status = CAST(x'ff41' AS TEXT) WHERE run_id = 'r1'");
  const report = await inspectStateStore(maker.close());
  expect(report.tables).toMatchObject([
    { taken: 2, changed: 2 },
    { taken: 1, changed: 1 },
    { taken: 1, changed: 0 },
  ]);
  expect(
    report.problems.map(({ kind, table, row, path, was, became }) => [kind, table, row, path, was, became]),
  ).toEqual([
    ["changed", "runs", "1", ["status"], "X'FF41'", '"\ufffdA"'],
    ["changed", "runs", "2", ["run_id"], "5", '"5"'],
    ["changed", "runs", "2", ["run_type"], "2.5", '"2.5"'],
    ["changed", "runs", "2", ["status"], "X'636166C3A9'", '"café"'],
    ["changed", "runs", "2", ["settings_snapshot_json"], "7", '"7"'],
    ["changed", "runs", "2", ["notes"], "X'FF00'", '"/wA="'],
    ["changed", "intel_items", "1", ["item_id"], "X'626C6F62'", '"blob"'],
    ["changed", "intel_items", "1", ["run_id"], "5", '"5"'],
    ["changed", "intel_items", "1", ["title"], "NULL", '""'],
    ["changed", "intel_items", "1", ["scores_json"], "NULL", "{}"],
    ["changed", "intel_items", "1", ["created_at"], "NULL", undefined],
    ["noted", "telemetry", "1", ["telemetry_json"], undefined, undefined],
  ]);
});

test("rows without an id, with an id that no record can have, or with one twice are refused", async () => {
  const maker = loose();
  for (const id of [null, "", "a\nb", "x".repeat(600), "r1", "r2"]) maker.add("runs", { run_id: id });
  const report = await inspectStateStore(maker.close());
  expect(report.tables[0]).toMatchObject({ rows: 7, taken: 2, refused: 5 });
  expect(told(report, "refused")).toMatchObject([
    { row: "2", reason: "has no id" },
    { row: "3", reason: "an id must not be empty" },
    { row: "4", reason: "an id must not hold control characters" },
    { row: "5", reason: "an id takes at most 512 bytes" },
    { row: "6", id: "r1", reason: "has the id of an earlier row" },
  ]);
});

test("a table in another case, with more columns or fewer, is taken, and the report says so", async () => {
  const maker = new StateStoreMaker("as the StateStore makes them");
  maker.database
    .exec(`DROP TABLE telemetry; ALTER TABLE runs DROP COLUMN notes; ALTER TABLE runs RENAME TO x; ALTER TABLE x RENAME TO Runs;
    ALTER TABLE Runs ADD COLUMN version; ALTER TABLE Runs ADD COLUMN Owner`);
  maker.add("runs", { run_id: "r1", version: 9_007_199_254_740_993n, owner: 5 });
  const report = await inspectStateStore(maker.close());
  expect(report.tables[0]).toMatchObject({ table: "runs", rows: 1, taken: 1, changed: 1 });
  expect(told(report, "changed")).toMatchObject([{ path: ["version"], reason: containing("larger") }]);
  expect(report.problems.filter(({ kind }) => kind === "noted").map(({ reason }) => reason)).toEqual([
    'the column "version" is not the StateStore\'s: it is kept as the field "version_column"',
    'the column "Owner" is not the StateStore\'s: it is kept as the field "Owner"',
    'there is no column "notes": null stands for it',
    "there is no such table",
  ]);
});

test("texts of a database in UTF-16 are read", async () => {
  for (const encoding of ["UTF-16le", "UTF-16be"]) {
    const maker = new StateStoreMaker("as the StateStore makes them", `PRAGMA encoding = '${encoding}'`);
    maker.add("runs", { run_id: "é 📰", settings_snapshot_json: '{"a": 1}' });
    expect((await inspectStateStore(maker.close())).tables[0]).toMatchObject({ taken: 1, changed: 0 });
  }
});

test("what somebody has not committed yet is not read, and stays theirs", async () => {
  for (const mode of ["WAL", "DELETE"]) {
    const maker = new StateStoreMaker("as the StateStore makes them", `PRAGMA journal_mode = ${mode}`);
    maker.add("runs", { run_id: "r1" });
    maker.database.exec("BEGIN EXCLUSIVE");
    maker.add("runs", { run_id: "r2" });
    expect((await inspectStateStore(maker.path)).tables[0]).toMatchObject({ rows: 1 });
    maker.database.exec("COMMIT");
    expect((await inspectStateStore(maker.close())).tables[0]).toMatchObject({ rows: 2 });
  }
});

test("an import ends with ABORTED by its signal", async () => {
  const path = strict().close();
  const signal = AbortSignal.abort();
  const thrown: unknown = await inspectStateStore(path, { signal }).catch((error: unknown) => error);
  expect(HoldfastError.is(thrown, "ABORTED")).toBe(true);
});
