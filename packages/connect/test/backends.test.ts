import { backend as json } from "@holdfast/store-json";
import { backend as memory } from "@holdfast/store-memory";
import { backend as postgres } from "@holdfast/store-postgres";
import { backend as sqlite } from "@holdfast/store-sqlite";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { expect, test } from "vitest";

import { openStore } from "../src/index.ts";
import { knownBackends } from "../src/known-backends.ts";
import { loadBackend } from "../src/load-backend.ts";

const packages = { json, memory, postgres, postgresql: postgres, sqlite };

test.each(Object.entries(packages))("%s: leads to the backend of its package", async (scheme, backend) => {
  expect(await loadBackend(`${scheme}:somewhere`)).toBe(backend);
});

test("every known scheme has its package, and no other", () => {
  expect([...knownBackends.keys()].toSorted()).toEqual(Object.keys(packages).toSorted());
});

test.each(storesUnderTest())("a store of $name opens by its URL", async (target) => {
  await using store = await openStore(await target.freshUrl());
  expect(store.backend).toBe(target.name);
  expect(await store.stats()).toEqual({ records: 0, tombstones: 0, types: [], holds: [] });
});
