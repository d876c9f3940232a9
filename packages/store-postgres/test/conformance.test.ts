import { describeStore, describeTransaction } from "@holdfast/conformance";
import type { StoreTarget } from "@holdfast/conformance";
import type { OpenOptions, Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";
import { afterAll, describe, test, vi } from "vitest";

import { freshUrl } from "./fresh-url.ts";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const urls = new WeakMap<Store, string>();

/** The tests' server syncs nothing, which `check` tells of where a power loss is to be survived. */
const durability = "process-crash";

async function openAt(url: string, options: OpenOptions): Promise<Store> {
  const store = await openPostgresStore(url, { durability, ...options });
  urls.set(store, url);
  return store;
}

const runner = { describe, test, afterAll };
const target: StoreTarget = {
  name: "a Postgres schema",
  open: (options) => openAt(freshUrl(), options),
  reopen: (earlier, options) => openAt(urls.get(earlier) ?? "", options),
  sharable: true,
};

describeStore(runner, target);
describeTransaction(runner, target);
