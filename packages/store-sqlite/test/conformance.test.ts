import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describeStore, describeTransaction } from "@holdfast/conformance";
import type { StoreTarget } from "@holdfast/conformance";
import type { OpenOptions, Store } from "@holdfast/core";
import { openSqliteStore } from "@holdfast/store-sqlite";
import { afterAll, describe, test, vi } from "vitest";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), "holdfast-sqlite-"));
const paths = new WeakMap<Store, string>();
let stores = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function openAt(path: string, options: OpenOptions): Promise<Store> {
  const store = await openSqliteStore(path, options);
  paths.set(store, path);
  return store;
}

const runner = { describe, test, afterAll };

const file: StoreTarget = {
  name: "a SQLite file",
  open: (options) => openAt(join(folder, `${++stores}`, "store.db"), options),
  reopen: (earlier, options) => openAt(paths.get(earlier) ?? "", options),
  sharable: true,
};

describeStore(runner, file);
describeTransaction(runner, file);
describeStore(runner, { name: "a SQLite store in memory", open: (options) => openSqliteStore(":memory:", options) });
