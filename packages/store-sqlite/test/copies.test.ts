import { join } from "node:path";

import { openSqliteStore } from "@holdfast/store-sqlite";
import Database from "better-sqlite3";
import { expect, test, vi } from "vitest";
import { programsIn } from "@holdfast-tooling/sql-fixtures";

import { temporaryFolder } from "./temporary-folder.ts";

const start = programsIn(join(import.meta.dirname, "programs"));

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = temporaryFolder();

test("a copy that SQLite makes while a process writes is a store as of one moment, and no commit waits for it", async () => {
  const path = join(folder, "written.db");
  const writer = start("write-batches.ts", path);
  let acknowledged = 0;
  while (acknowledged < 5) acknowledged = Number(await writer.nextLine());
  const client = new Database(path, { readonly: true });
  client.prepare("vacuum into ?").run(join(folder, "copy.db"));
  client.close();
  expect(Number(await writer.nextLine())).toBeGreaterThan(acknowledged);

  await using copy = await openSqliteStore(join(folder, "copy.db"));
  const count = await copy.count("Note");
  expect(count).toBeGreaterThanOrEqual(acknowledged * 10);
  expect(count % 10).toBe(0);
  expect(await copy.check()).toEqual({ ok: true, problems: [] });
});
