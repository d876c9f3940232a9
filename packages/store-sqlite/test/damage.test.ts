import { closeSync, copyFileSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

import { HoldfastError } from "@holdfast/core";
import type { CheckProblem, StoredRecord } from "@holdfast/core";
import { openSqliteStore } from "@holdfast/store-sqlite";
import Database from "better-sqlite3";
import { beforeAll, describe, expect, test } from "vitest";
import { index, model, type, unique } from "@holdfast-tooling/sql-fixtures";

import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const job = type("Job", { agent: "string", name: "string" }, [index("agent"), unique("name")]);
const options = { model: model(job, type("Mission", {})) };
const sound = join(folder, "sound.db");
const all: StoredRecord[] = [];

beforeAll(async () => {
  await using store = await openSqliteStore(sound, options);
  const ops = Array.from({ length: 400 }, (_, at) => {
    const body = { agent: `a${at % 7}`, name: `n${at}`, text: `${at} `.repeat(at % 20 === 0 ? 3_000 : 60) };
    return {
      put: { type: at % 4 === 0 ? "Note" : "Job", id: `j${at}`, documentVersion: 1, body },
      expect: "any",
    } as const;
  });
  for (const result of await store.write(ops)) if (result.ok && result.record !== undefined) all.push(result.record);
});

function copyOf(name: string): string {
  const path = join(folder, name);
  copyFileSync(sound, path);
  return path;
}

/** As any SQLite client would. */
function edit(path: string, statements: string): void {
  const database = new Database(path);
  database.function("holdfast_number", Number);
  database.exec(statements);
  database.close();
}

async function problems(path: string): Promise<readonly CheckProblem[]> {
  await using store = await openSqliteStore(path, options);
  return (await store.check()).problems;
}

/** What is said of problems of a kind, all in one text. */
function messages(found: readonly CheckProblem[], wanted: Omit<CheckProblem, "message">): string {
  const like = found.filter(({ kind, type: about, id }) => {
    return kind === wanted.kind && about === wanted.type && id === wanted.id;
  });
  return like.map(({ message }) => message).join("\n");
}

/** Whole numbers from 0 up to a limit, the same for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pageBytes = 4_096;

function noise(next: (below: number) => number): Buffer {
  return Buffer.from(Array.from({ length: pageBytes }, () => next(256)));
}

function overwritePage(path: string, page: number, content: Buffer): void {
  const file = openSync(path, "r+");
  writeSync(file, content, 0, pageBytes, page * pageBytes);
  closeSync(file);
}

type Seen = "equal" | "corrupt" | "wrong";

/** Opens a damaged file and reads everything by every way; "wrong" for anything but what was written and STORE_CORRUPT. */
async function readAll(path: string): Promise<Seen> {
  const seen: Seen[] = [];
  const look = async <T>(call: Promise<T>, isRight: (found: T) => boolean): Promise<void> => {
    const outcome = await call.then(
      (found): Seen => (isRight(found) ? "equal" : "wrong"),
      (thrown: unknown): Seen => (HoldfastError.is(thrown, "STORE_CORRUPT") ? "corrupt" : "wrong"),
    );
    seen.push(outcome);
  };
  const opening = openSqliteStore(path, { layout: "check" });
  await look(opening, () => true);
  const store = await opening.catch(() => undefined);
  if (store === undefined) return seen[0] ?? "wrong";
  for (const name of ["Job", "Note"]) {
    const expected = all.filter((each) => each.type === name);
    for (const each of expected) await look(store.get(name, [each.id]), ([found]) => isSame(found, each));
    await look(store.find({ type: name, limit: 1_000 }), (page) => isSame(page.records, expected));
    await look(store.count(name), (count) => count === expected.length);
  }
  for (const agent of ["a0", "a1", "a2", "a3", "a4", "a5", "a6"]) {
    const expected = all.filter((each) => each.type === "Job" && each.body["agent"] === agent);
    await look(store.find({ type: "Job", where: { agent }, limit: 1_000 }), (page) => isSame(page.records, expected));
  }
  await store.close();
  if (seen.includes("wrong")) return "wrong";
  return seen.includes("corrupt") ? "corrupt" : "equal";
}

function isSame(found: unknown, expected: unknown): boolean {
  return JSON.stringify(found) === JSON.stringify(expected);
}

describe("a database whose pages were overwritten", () => {
  test("gives what was written or STORE_CORRUPT, and never anything else", async () => {
    const rounds = 60;
    const next = numbers(20_261_122);
    const pages = statSync(sound).size / pageBytes;
    const outcomes: Record<Seen, number> = { equal: 0, corrupt: 0, wrong: 0 };
    for (let round = 0; round < rounds; round++) {
      const path = copyOf(`noise-${round}.db`);
      const page = next(pages);
      overwritePage(path, page, round % 3 === 0 ? Buffer.alloc(pageBytes) : noise(next));
      const outcome = await readAll(path);
      outcomes[outcome] += 1;
      expect([outcome, `page ${page}, round ${round}`]).not.toContain("wrong");
    }
    expect(outcomes.corrupt).toBeGreaterThan(rounds / 2);
  });

  test("is told of by check, which reads on behind the damage", async () => {
    const path = copyOf("damaged.db");
    const database = new Database(path, { readonly: true });
    const leaf = database
      .prepare("select max(pageno) as page from dbstat where name = 'Job' and pagetype = 'leaf'")
      .get();
    database.close();
    const page = typeof leaf === "object" && leaf !== null && "page" in leaf ? Number(leaf.page) : 0;
    overwritePage(path, page - 1, noise(numbers(1)));
    const found = await problems(path);
    expect(found).toContainEqual(expect.objectContaining({ kind: "integrity", type: "Job" }));
    expect(messages(found, { kind: "integrity" })).toContain("keep the damaged file");
  });
});

describe("a database that was edited by hand", () => {
  test.each(["no JSON at all", "[1]", "null", '{"agent":'])(
    "tells which record's body is no document: %s",
    async (body) => {
      const path = copyOf("body.db");
      edit(path, `update "Job" set _body = '${body}' where _id = 'j1'`);
      await using store = await openSqliteStore(path, options);
      const refused = { code: "STORE_CORRUPT", details: { tenant: "default", type: "Job", id: "j1" } };
      await expect(store.get("Job", ["j1"])).rejects.toMatchObject(refused);
      await expect(store.find({ type: "Job" })).rejects.toMatchObject(refused);
      expect((await store.get("Job", ["j2"]))[0]).toEqual(all[2]);
      const { records } = await store.find({ type: "Job", omit: "body", limit: 1_000 });
      expect(records).toHaveLength(all.filter((each) => each.type === "Job").length);
      const { problems: found } = await store.check();
      expect(found).toEqual([expect.objectContaining({ kind: "integrity", type: "Job", id: "j1" })]);
    },
  );

  test("refuses a version beyond what JavaScript counts, and names the record", async () => {
    const path = copyOf("version.db");
    edit(path, `update "Job" set _version = 9007199254740993 where _id = 'j1'`);
    await using store = await openSqliteStore(path, options);
    await expect(store.get("Job", ["j1"])).rejects.toMatchObject({
      code: "STORE_CORRUPT",
      details: { column: "_version", tenant: "default", type: "Job", id: "j1" },
    });
    expect((await store.get("Job", ["j2"]))[0]).toEqual(all[2]);
  });

  test("does not take a value of another kind into a column", () => {
    const path = copyOf("kind.db");
    expect(() => edit(path, `update "Job" set _version = 'one' where _id = 'j1'`)).toThrow("cannot store TEXT");
    expect(() => edit(path, `update "Job" set _body = x'00' where _id = 'j1'`)).toThrow("cannot store BLOB");
    expect(() => edit(path, `update "Job" set _body = null where _id = 'j1'`)).toThrow("NOT NULL");
  });

  test.each([
    [
      `update "Job" set agent = 'other' where _id = 'j1'`,
      { kind: "integrity", type: "Job", id: "j1" },
      "save it once more",
    ],
    [`drop index "Job.name.unique"`, { kind: "settings", type: "Job" }, 'create unique index "Job.name.unique"'],
    [`update holdfast_clock set changes = 0`, { kind: "integrity" }, "followers will miss changes"],
    [`update holdfast_clock set stamp = 1`, { kind: "integrity" }, "may stand before old ones"],
    [
      `pragma writable_schema = on; update sqlite_schema set sql = replace(sql, 'strict', '') where name = 'Mission'`,
      { kind: "settings" },
      '"Mission" was made anew without STRICT',
    ],
  ] as const)("is told of by check, with what to do: %s", async (statements, kind, cure) => {
    const path = copyOf("edited.db");
    const database = new Database(path);
    database.unsafeMode();
    database.exec(statements);
    database.close();
    const found = await problems(path);
    expect(messages(found, kind)).toContain(cure);
  });

  test("whose journal mode was changed gets its log back when it is opened to write; reading tells of it", async () => {
    const path = copyOf("journal.db");
    edit(path, "pragma journal_mode = delete");
    {
      await using reader = await openSqliteStore(path, { ...options, access: "read" });
      const { problems: found } = await reader.check();
      expect(found).toHaveLength(1);
      expect(messages(found, { kind: "settings" })).toContain('the journal mode "delete"');
    }
    expect(await problems(path)).toEqual([]);
  });

  test("whose counters are gone takes no writes, instead of counting from the beginning", async () => {
    const path = copyOf("counters.db");
    edit(path, "delete from holdfast_clock");
    await using store = await openSqliteStore(path, options);
    const put = { type: "Note", id: "new", documentVersion: 1, body: {} };
    await expect(store.write([{ put, expect: "any" }])).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    expect(await store.get("Note", ["new", "j0"])).toEqual([undefined, all[0]]);
  });
});

const dropAll = `pragma foreign_keys = off; drop table "Job"; drop table "Mission"; ${[
  "clock",
  "epoch",
  "feed",
  "holds",
  "outdated",
  "pruned",
  "records",
  "tombstones",
  "work",
]
  .map((name) => `drop table holdfast_${name}`)
  .join(";")}; drop table if exists sqlite_stat1; drop table if exists sqlite_stat4`;

describe("a database of another layout", () => {
  test("that is newer is refused and left as it is", async () => {
    const path = copyOf("newer.db");
    edit(path, "update holdfast_epoch set format = 1000");
    const before = readFileSync(path);
    await expect(openSqliteStore(path, options)).rejects.toMatchObject({ code: "LAYOUT_NEWER" });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("whose epoch row is gone is never taken for a new one", async () => {
    const path = copyOf("epochless.db");
    edit(path, "delete from holdfast_epoch");
    await expect(openSqliteStore(path, options)).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  });

  test.each(["drop table holdfast_epoch", dropAll])(
    "that lost tables is never taken for a new one: %s",
    async (drop) => {
      const path = copyOf("tableless.db");
      edit(path, drop);
      await expect(openSqliteStore(path, options)).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    },
  );
});
