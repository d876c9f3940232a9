import { join } from "node:path";

import { TurnShare } from "@holdfast/core";
import type { HoldfastError } from "@holdfast/core";
import Database from "better-sqlite3";
import { expect, test } from "vitest";

import { openReader, openWriter } from "../src/open-database.ts";
import { ReaderPool } from "../src/reader-pool.ts";
import { SqliteConnection } from "../src/sqlite-connection.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const one = [{ sql: "select 1 as one", parameters: [] }];

test("closing waits until every reader is given back, and lends none after", async () => {
  const path = join(folder, "pool.db");
  openWriter(Database, path, "power-loss").close();
  const parts = {
    turn: new TurnShare(10),
    busyTimeoutMs: 0,
    held: { check: () => undefined },
    explain: (error: HoldfastError) => error,
  };
  const pool = new ReaderPool(
    async (use) => new SqliteConnection(openReader(Database, path, { use, isKnown: false }), parts),
  );
  const closing = Promise.withResolvers<void>();
  const read = async (reader: SqliteConnection) => {
    await closing.promise;
    const [result] = await reader.execute(one);
    return result?.rows;
  };
  const reads = [pool.lend(read), pool.share(read)];
  const closed = pool.close();
  closing.resolve();
  expect(await Promise.all(reads)).toEqual([[{ one: 1 }], [{ one: 1 }]]);
  await closed;
  await expect(pool.share((reader) => reader.execute(one))).rejects.toMatchObject({ code: "STORE_CLOSED" });
});
