import { join } from "node:path";

import { HoldfastError, TurnShare } from "@holdfast/core";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";

import { SqliteConnection } from "../src/sqlite-connection.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const untouched = { check: (): void => undefined };

function connection(database: Database.Database = new Database(":memory:"), held = untouched): SqliteConnection {
  database.exec("create table if not exists t (text unique)");
  return new SqliteConnection(database, {
    // A turn that never ends: whatever the machine does meanwhile, nobody else is due.
    turn: new TurnShare(Infinity),
    busyTimeoutMs: 0,
    held,
    explain: (error) => error,
  });
}

const text = "x".repeat(100_000);

test.for([
  ["a statement that writes", "insert into t values (?)"],
  ["one that writes and gives what it wrote", "insert into t values (?) returning text"],
])("what %s can have put into the log is counted once", async ([, sql = ""]) => {
  const own = connection();
  await own.execute([{ sql, parameters: [text] }]);
  expect(own.takeWritten()).toBeGreaterThan(text.length);
  expect(own.takeWritten()).toBe(0);
  own.close();
});

test("what a statement reads counts as nothing written", async () => {
  const own = connection();
  await own.execute([{ sql: "select ?", parameters: [text] }]);
  expect(own.takeWritten()).toBe(0);
  own.close();
});

describe("a transaction at once", () => {
  const first = { sql: "insert into t values (?) returning text", parameters: ["one"] };
  const second = { sql: "insert into t values ('two')", parameters: [] };
  const textsIn = (database: Database.Database): unknown => database.prepare("select text from t").pluck().all();

  test("is committed when it comes back, with what its first statement gave", () => {
    const database = new Database(":memory:");
    const own = connection(database);
    expect(own.transactAtOnce(first, () => second)?.rows).toEqual([{ text: "one" }]);
    expect([database.inTransaction, textsIn(database)]).toEqual([false, ["one", "two"]]);
  });

  test("leaves nothing where its first statement makes no second, or a constraint refuses one", () => {
    const database = new Database(":memory:");
    const own = connection(database);
    expect(own.transactAtOnce(first, () => undefined)).toBeUndefined();
    expect(own.transactAtOnce(first, () => first)).toBeUndefined();
    expect([database.inTransaction, textsIn(database)]).toEqual([false, []]);
  });

  test("leaves nothing where a constraint refuses the commit", () => {
    const database = new Database(":memory:");
    const own = connection(database);
    database.exec("create table child (text references t (text) deferrable initially deferred)");
    const orphan = { sql: "insert into child values ('nobody')", parameters: [] };
    expect(own.transactAtOnce(first, () => orphan)).toBeUndefined();
    expect([database.inTransaction, textsIn(database)]).toEqual([false, []]);
  });

  test("does nothing where another connection writes", () => {
    const path = join(folder, "a.db");
    const [other, own] = [new Database(path), connection(new Database(path, { timeout: 0 }))];
    other.exec("begin immediate");
    expect(own.transactAtOnce(first, () => second)).toBeUndefined();
    other.exec("commit");
    expect(own.transactAtOnce(first, () => second)).toBeDefined();
    other.close();
    own.close();
  });

  test("commits nothing to a file that was moved, and says so", () => {
    const database = new Database(":memory:");
    const lost = new HoldfastError("moved", { code: "STORE_UNAVAILABLE" });
    const own = connection(database, {
      check() {
        throw lost;
      },
    });
    expect(() => own.transactAtOnce(first, () => second)).toThrow(lost);
    expect([database.inTransaction, textsIn(database)]).toEqual([false, []]);
  });

  test("leaves nothing where a statement fails, which whoever does it as any other is told of", () => {
    const database = new Database(":memory:");
    const own = connection(database);
    const broken = { sql: "insert into nowhere values (1)", parameters: [] };
    expect(own.transactAtOnce(first, () => broken)).toBeUndefined();
    expect([database.inTransaction, textsIn(database)]).toEqual([false, []]);
    expect(own.transactAtOnce(first, () => second)).toBeDefined();
  });
});
