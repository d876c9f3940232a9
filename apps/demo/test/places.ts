import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { selectStores, type StoreName } from "@holdfast-tooling/pg-test";
import { afterAll } from "vitest";

import { openPostgresPlace } from "../src/postgres-place.ts";

export const stores = selectStores(process.env["STORES"]);

/** Those that keep their data when they are closed. */
export const durableStores = stores.filter((name) => name !== "memory");

/** The URL of a fresh and empty place, which is removed after the file's tests. */
export async function freshUrl(name: StoreName): Promise<string> {
  switch (name) {
    case "memory":
      return "memory:";
    case "json":
      return `json:${path.join(await freshFolder(), "entities.json")}`;
    case "sqlite":
      return `sqlite:${path.join(await freshFolder(), "app.db")}`;
    case "postgres": {
      const place = await openPostgresPlace(process.env["HOLDFAST_TEST_POSTGRES"]);
      removals.push(async () => place[Symbol.asyncDispose]());
      return place.url;
    }
    default:
      return name satisfies never;
  }
}

const removals: (() => Promise<void>)[] = [];

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-demo-"));
  removals.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

afterAll(async () => {
  for (const remove of removals.splice(0)) await remove();
});
