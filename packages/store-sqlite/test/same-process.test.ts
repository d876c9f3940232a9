import { join } from "node:path";

import { openSqliteStore } from "@holdfast/store-sqlite";
import { expect, test, vi } from "vitest";
import { programsIn } from "@holdfast-tooling/sql-fixtures";

import { temporaryFolder } from "./temporary-folder.ts";

const start = programsIn(join(import.meta.dirname, "programs"));

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = temporaryFolder();

function note(id: string) {
  return { put: { type: "Note", id, documentVersion: 1, body: {} }, expect: "absent" } as const;
}

test("two stores on one file in one process write in turns, and each sees what the other has written", async () => {
  const path = join(folder, "twice.db");
  await using one = await openSqliteStore(path);
  await using two = await openSqliteStore(path);
  const writes = Array.from({ length: 50 }, (_, at) => (at % 2 === 0 ? one : two).write([note(`n${at}`)]));
  const results = await Promise.all(writes);
  expect(results.flat().map(({ ok }) => ok)).toEqual(writes.map(() => true));
  expect([await one.count("Note"), await two.count("Note")]).toEqual([50, 50]);
});

test("opening and closing one of them drops no lock of the other's", async () => {
  const path = join(folder, "locks.db");
  await using store = await openSqliteStore(path);
  await store.write([note("first")]);
  const [begun, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const writing = store.transaction(async (session) => {
    await session.write([note("second")]);
    begun.resolve();
    await done.promise;
  });
  await begun.promise;
  for (const access of ["read", "write"] as const) {
    const other = await openSqliteStore(path, { access });
    expect(await other.count("Note")).toBe(1);
    await other.close();
  }
  expect(await start("try-lock.ts", path).nextLine()).toBe("database is locked");
  done.resolve();
  await writing;
  expect(await start("try-lock.ts", path).nextLine()).toBe("free");
});
