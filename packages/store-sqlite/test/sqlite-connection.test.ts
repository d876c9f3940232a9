import { TurnShare } from "@holdfast/core";
import Database from "better-sqlite3";
import { expect, test } from "vitest";

import { SqliteConnection } from "../src/sqlite-connection.ts";

function connection(): SqliteConnection {
  const database = new Database(":memory:");
  database.exec("create table t (text)");
  const held = { check: () => undefined };
  return new SqliteConnection(database, {
    turn: new TurnShare(10),
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
