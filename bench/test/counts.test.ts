import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase, selectStores, sharedServerUrl } from "@holdfast-tooling/pg-test";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bounds } from "../src/counts/bounds.ts";
import type { CountedStore } from "../src/counts/bounds.ts";
import { countNames } from "../src/counts/counters.ts";
import { countOperations } from "../src/counts/operations.ts";

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function urlOf(store: CountedStore): Promise<string> {
  if (store === "memory") return "memory:";
  if (store === "postgres") return createDatabase(sharedServerUrl(), `counts_${randomUUID().replaceAll("-", "")}`);
  const folder = await mkdtemp(join(tmpdir(), "holdfast-counts-"));
  folders.push(folder);
  return `${store}:${join(folder, "documents")}`;
}

// A figure that rises is a statement, a sync, a round or a promise more for each call of a user: where it is worth that,
// its bound is raised together with the reason that stands beside it.
describe.each(selectStores(process.env["STORES"]))("on %s", (store) => {
  let counted: Awaited<ReturnType<typeof countOperations>>;

  beforeAll(async () => {
    counted = await countOperations({ plain: await urlOf(store), lifecycle: await urlOf(store) });
  });

  test.each(bounds[store].map(({ operation, because, most }) => [operation, because, most] as const))(
    "%s asks for no more than it needs: %s",
    (operation, _because, most) => {
      const found = counted.get(operation);
      const beyond = countNames.filter((name) => (found?.[name] ?? Infinity) > (most[name] ?? 0));
      expect(beyond.map((name) => `${found?.[name]} ${name}, at most ${most[name] ?? 0}`)).toEqual([]);
    },
  );
});
