import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeStore, describeTransaction } from "@holdfast/conformance";
import type { StoreTarget } from "@holdfast/conformance";
import type { OpenOptions, Store } from "@holdfast/core";
import { afterAll, describe, test } from "vitest";
import { openJsonStore } from "../src/index.ts";

const folder = await mkdtemp(join(tmpdir(), "holdfast-json-"));
const paths = new WeakMap<Store, string>();
let places = 0;

afterAll(() => rm(folder, { recursive: true }));

async function openAt(path: string, options: OpenOptions): Promise<Store> {
  const store = await openJsonStore(path, options);
  paths.set(store, path);
  return store;
}

const runner = { describe, test, afterAll };
const target: StoreTarget = {
  name: "@holdfast/store-json",
  open: (options) => openAt(join(folder, String(++places), "entities.json"), options),
  reopen: (earlier, options) => openAt(paths.get(earlier) ?? "", options),
};

describeStore(runner, target);
describeTransaction(runner, target);
