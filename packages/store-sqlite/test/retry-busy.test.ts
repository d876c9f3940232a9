import Database from "better-sqlite3";
import { expect, test } from "vitest";

import { pauseMostMs, retryBusy } from "../src/retry-busy.ts";

function busy(): never {
  throw new Database.SqliteError("database is locked", "SQLITE_BUSY");
}

test("whoever has waited longer tries again sooner", () => {
  const pauses = [0, 100, 200, 400, 600].map((waitedMs) => pauseMostMs(20, waitedMs));
  expect(pauses).toEqual([...pauses].sort((a, b) => b - a));
  expect(new Set(pauses).size).toBe(pauses.length);
});

test("the first pauses are short, since most locks are held for a moment", () => {
  expect([1, 2, 3, 4].map((tries) => pauseMostMs(tries, 0))).toEqual([2, 4, 4, 4]);
});

test("pauses stay at a millisecond or above, so that waiting costs little", () => {
  expect(pauseMostMs(1_000, 1e9)).toBe(1);
});

test("a wait ends with the reason of its signal", async () => {
  const given = new AbortController();
  const waiting = retryBusy(busy, 60_000, given.signal);
  given.abort(new Error("given up"));
  await expect(waiting).rejects.toThrow("given up");
});

test("what is no lock is not tried again", async () => {
  let tries = 0;
  const attempt = (): never => {
    tries += 1;
    throw new Database.SqliteError("disk I/O error", "SQLITE_IOERR_WRITE");
  };
  await expect(retryBusy(attempt, 60_000)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  expect(tries).toBe(1);
});
