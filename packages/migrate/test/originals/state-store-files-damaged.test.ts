import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, utimesSync } from "node:fs";
import { copyFile, mkdir, open, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { HoldfastError } from "@holdfast/core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { inspectStateStore, type ImportReport } from "../../src/index.ts";
import { containing, freshPath, matching, sampleFile, StateStoreMaker } from "./state-store-files.ts";

async function failureOf(promise: Promise<unknown>): Promise<HoldfastError> {
  const thrown: unknown = await promise.then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );
  if (HoldfastError.is(thrown)) return thrown;
  throw thrown;
}

function rowsOf(report: ImportReport): object {
  return Object.fromEntries(report.tables.map(({ table, rows, taken, refused }) => [table, [rows, taken, refused]]));
}

/** All that stands in the folder of a file, by name and contents. */
async function contentsBeside(path: string): Promise<readonly string[]> {
  const names = (await readdir(dirname(path))).sort();
  const files = names.filter((name) => join(dirname(path), name).startsWith(path));
  return await Promise.all(
    files.map(async (name) => {
      const file = join(dirname(path), name);
      const { mtimeMs } = await stat(file);
      return [
        name,
        mtimeMs,
        createHash("sha256")
          .update(await readFile(file))
          .digest("hex"),
      ].join(" ");
    }),
  );
}

/** Where copies are made during these tests, and by nobody else. */
const temporary = mkdtempSync(join(tmpdir(), "holdfast-test-"));
beforeAll(() => {
  for (const name of ["TMPDIR", "TEMP", "TMP"]) vi.stubEnv(name, temporary);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true, force: true });
});

function page(number: number): number {
  return (number - 1) * 4096;
}

async function overwrite(path: string, at: number, bytes: Buffer): Promise<void> {
  const file = await open(path, "r+");
  await file.write(bytes, 0, bytes.length, at);
  await file.close();
}

/** A database whose tables stand in its log only, as a crash leaves it: copied while it is open. */
async function crashed(runs: number, { pageSize = 4096, changes = 0 } = {}): Promise<string> {
  const maker = new StateStoreMaker(
    "as the StateStore makes them",
    `PRAGMA page_size = ${pageSize}; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0`,
  );
  for (let at = 0; at < runs; at++) maker.add("runs", { run_id: `r${at}`, notes: "x".repeat(200) });
  for (let at = 0; at < changes; at++) maker.database.exec(`CREATE TABLE t (a); DROP TABLE t`);
  const path = freshPath();
  await copyFile(maker.path, path);
  await copyFile(`${maker.path}-wal`, `${path}-wal`);
  maker.close();
  return path;
}

/** The same, with everything in the file itself. */
async function settled(runs: number, { changes = 0 } = {}): Promise<string> {
  const path = await crashed(runs, { changes });
  const database = new DatabaseSync(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  return path;
}

/** A database in whose log only the last changes stand. */
async function continued(runs: number): Promise<string> {
  const maker = new StateStoreMaker(
    "as the StateStore makes them",
    "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0",
  );
  for (let at = 0; at < runs; at++) maker.add("runs", { run_id: `q${at}`, notes: "y".repeat(200) });
  maker.database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  maker.add("runs", { run_id: "last", notes: "z" });
  const path = freshPath();
  await copyFile(`${maker.path}-wal`, `${path}-wal`);
  maker.close();
  return path;
}

test("what stands in the log only is read, and neither the file nor its log is touched", async () => {
  const path = await crashed(50);
  const before = await contentsBeside(path);
  expect(rowsOf(await inspectStateStore(path))).toMatchObject({ runs: [50, 50, 0] });
  expect(await contentsBeside(path)).toEqual(before);
  expect(await readdir(temporary)).toEqual([]);
});

test("a change that was broken off is undone from its journal", async () => {
  const maker = new StateStoreMaker("as the StateStore makes them", "PRAGMA cache_size = 2");
  maker.database.exec("BEGIN");
  for (let at = 0; at < 3; at++) maker.add("runs", { run_id: `kept ${at}` });
  maker.database.exec("COMMIT; BEGIN");
  for (let at = 0; at < 300; at++) maker.add("runs", { run_id: `undone ${at}`, notes: "x".repeat(900) });
  const path = freshPath();
  await copyFile(maker.path, path);
  await copyFile(`${maker.path}-journal`, `${path}-journal`);
  maker.database.exec("ROLLBACK");
  maker.close();
  expect((await stat(path)).size).toBeGreaterThan(page(20));
  expect(rowsOf(await inspectStateStore(path))).toMatchObject({ runs: [3, 3, 0] });
});

test("a file that the process may not write is read all the same", async () => {
  const path = await sampleFile("orchestrator-v1-noindex");
  const file = await open(path, "r");
  await file.chmod(0o400);
  await file.close();
  expect(rowsOf(await inspectStateStore(path))).toMatchObject({ runs: [5, 5, 0] });
});

test.each([
  ["of other pages", async () => [await settled(100), await crashed(100, { pageSize: 8192 })]],
  ["of a database that was changed less often", async () => [await settled(100), await crashed(20)]],
  ["of a smaller database", async () => [await settled(100, { changes: 9 }), await crashed(40, { changes: 9 })]],
  ["of a larger database", async () => [await settled(100), await continued(300)]],
  ["whose pages do not go with those of the file", async () => [await settled(300), await continued(300)]],
])("a log %s is another database's: STORE_CORRUPT says what to do", async (_which, make) => {
  const [path = "", other = ""] = await make();
  await copyFile(`${other}-wal`, `${path}-wal`);
  const error = await failureOf(inspectStateStore(path));
  expect(error).toMatchObject({ code: "STORE_CORRUPT" });
  expect(error.message).toMatch(/-wal", that belongs to another database: .* move this one away/);
});

test("a log that ends within a commit is read up to the one before", async () => {
  const path = await crashed(50);
  await truncate(`${path}-wal`, (await stat(`${path}-wal`)).size - 5000);
  const { tables, problems } = await inspectStateStore(path);
  const [runs] = tables;
  expect(runs?.taken).toBeGreaterThan(40);
  expect(runs?.taken).toBeLessThan(50);
  expect(problems).toEqual([]);
});

test("commits behind damage in a log are told: they are lost, and nobody knows which rows they made", async () => {
  const path = await crashed(50);
  await overwrite(`${path}-wal`, (await stat(`${path}-wal`)).size - 9000, Buffer.from("damage"));
  const { tables, problems } = await inspectStateStore(path);
  expect(tables[0]?.taken).toBeGreaterThan(40);
  expect(tables[0]?.taken).toBeLessThan(50);
  expect(problems).toMatchObject([
    { kind: "refused", reason: matching(/^the write-ahead log is damaged: its last \d commits/) },
  ]);
  expect(await failureOf(inspectStateStore(path, { onProblem: "fail" }))).toMatchObject({ code: "STORE_CORRUPT" });
  await overwrite(`${path}-wal`, 9, Buffer.from("damage"));
  const error = await failureOf(inspectStateStore(path));
  expect(error.message).toMatch(/no table "runs"; the write-ahead log is damaged at its beginning/);
});

/** What becomes of a file: `counted` where every row of it is taken or refused, else the error's code. */
async function outcomeOf(path: string): Promise<string> {
  try {
    const { tables } = await inspectStateStore(path);
    return tables.every(({ rows, taken, refused }) => rows === taken + refused) ? "counted" : "not counted";
  } catch (thrown) {
    return HoldfastError.is(thrown) ? thrown.code : String(thrown);
  }
}

test("a database that was changed anywhere gives a report in which every row is counted, or STORE_CORRUPT", async () => {
  const [path, source] = [freshPath(), await readFile(await sampleFile("orchestrator-v1-noindex"))];
  const outcomes = new Set<string>();
  for (let turn = 0; turn < 40; turn++) {
    const bytes = Buffer.from(source);
    const at = (turn % 3 === 0 ? turn * 97 : turn * 3361) % bytes.length;
    const noise = createHash("sha512").update(`${turn}`).digest();
    bytes.set(noise.subarray(0, Math.min(turn % 2 === 0 ? 64 : 1, bytes.length - at)), at);
    await writeFile(path, bytes);
    outcomes.add(await outcomeOf(path));
  }
  expect([...outcomes].sort()).toEqual(["STORE_CORRUPT", "counted"]);
});

test.each([
  ["nothing", Buffer.alloc(0), "is empty"],
  ["zeros", Buffer.alloc(8192), "is not an SQLite database"],
  ["a text", Buffer.from('{"Job": {}}'), "is not an SQLite database"],
  ["noise, as of an encrypted database", createHash("sha512").update("x").digest(), "encrypted"],
  ["the beginning of a database, cut off", Buffer.from("SQLite format 3\0"), "damaged at its beginning"],
])("a file with %s in it is STORE_CORRUPT", async (_what, bytes, sentence) => {
  const path = freshPath();
  await writeFile(path, bytes);
  const error = await failureOf(inspectStateStore(path));
  expect(error).toMatchObject({ code: "STORE_CORRUPT", message: containing(sentence) });
  expect(error.message).toContain(path);
});

test("a path with no file is STORE_UNAVAILABLE, and a folder INVALID_CONFIG; neither is made", async () => {
  const [path, folder] = [freshPath(), freshPath()];
  expect(await failureOf(inspectStateStore(path))).toMatchObject({ code: "STORE_UNAVAILABLE" });
  expect(await contentsBeside(path)).toEqual([]);
  await mkdir(folder);
  expect(await failureOf(inspectStateStore(folder))).toMatchObject({ code: "INVALID_CONFIG" });
});

test("a Node without SQLite of its own is told that it is too old", async () => {
  const path = await sampleFile("orchestrator-v1-noindex");
  vi.stubGlobal("process", Object.create(process, { versions: { value: { node: "20.20.2" } } }));
  try {
    expect(await failureOf(inspectStateStore(path))).toMatchObject({
      code: "INVALID_CONFIG",
      message: containing("needs Node 22.14 or newer, and this is 20.20.2"),
    });
  } finally {
    vi.unstubAllGlobals();
  }
});

test("a database of something else is STORE_CORRUPT, which names what is missing", async () => {
  const path = freshPath();
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE notes (a); CREATE VIEW runs AS SELECT 1 AS run_id");
  expect(await failureOf(inspectStateStore(path))).toMatchObject({
    code: "STORE_CORRUPT",
    message: containing('no StateStore: it has no table "runs"'),
  });
  database.exec("CREATE TABLE intel_items (item_id TEXT)");
  database.close();
  expect((await failureOf(inspectStateStore(path))).message).toContain('"intel_items" has no column "run_id"');
});

test("where the description of the tables is damaged, that is STORE_CORRUPT", async () => {
  const path = await sampleFile("orchestrator-v1-noindex");
  await overwrite(path, 100, Buffer.alloc(3900, 0xa5));
  expect(await failureOf(inspectStateStore(path))).toMatchObject({ code: "STORE_CORRUPT" });
});

test("of a database with a damaged page all rows are taken that can be read, and the others are named", async () => {
  const path = await settled(200);
  const database = new DatabaseSync(path);
  const { pageno } =
    database
      .prepare("SELECT pageno FROM dbstat WHERE name = 'runs' AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 4")
      .get() ?? {};
  database.close();
  await overwrite(path, page(Number(pageno)), Buffer.alloc(4096, 0xa5));
  const { tables, problems } = await inspectStateStore(path);
  const [runs] = tables;
  expect(runs?.rows).toBe(200);
  expect(runs?.taken).toBeGreaterThan(170);
  expect(runs?.refused).toBe(200 - (runs?.taken ?? 0));
  const refused = problems.filter(({ kind }) => kind === "refused");
  expect(refused).toHaveLength(runs?.refused ?? 0);
  expect(refused[0]).toMatchObject({ table: "runs", reason: "the file is damaged where the row stands" });
  expect(refused.map(({ id, row }) => id === `r${Number(row) - 1}`)).toEqual(refused.map(() => true));
  expect(problems.some(({ kind, table }) => kind === "noted" && table === undefined)).toBe(true);
  expect(await failureOf(inspectStateStore(path, { onProblem: "fail" }))).toMatchObject({ code: "INVALID_ENTITY" });
});

test("of a database that is cut off all rows are taken that are left, and the report says that it is", async () => {
  const path = await settled(200);
  await truncate(path, (await stat(path)).size - page(4) - 100);
  const { tables, problems } = await inspectStateStore(path);
  const [runs] = tables;
  expect(runs?.taken).toBeGreaterThan(100);
  expect(problems[0]?.reason).toMatch(/^the file is cut off: it has \d+ bytes of \d+$/);
});

test("a database that is written to all the time is STORE_UNAVAILABLE, to be tried again", async () => {
  const path = await sampleFile("orchestrator-v1-noindex");
  let isDone = false;
  let seconds = 0;
  const touch = (): void => {
    utimesSync(path, (seconds += 1), seconds);
    if (!isDone) setImmediate(touch);
  };
  touch();
  const error = await failureOf(inspectStateStore(path));
  isDone = true;
  expect(error).toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true, message: containing("being written to") });
  expect(await readdir(temporary)).toEqual([]);
});

test("nothing is left in the folder of temporary files after a failure", async () => {
  const path = freshPath();
  await writeFile(path, "no database");
  await failureOf(inspectStateStore(path));
  expect(await readdir(temporary)).toEqual([]);
});
