import { openStore } from "@holdfast/connect";
import { storeHash } from "@holdfast/migrate";
import { Case, repository, workflowModel } from "@holdfast/repositories";
import { expect, test } from "vitest";

import { runDemo } from "../src/demo.ts";
import { durableStores, freshUrl } from "./places.ts";

const sample = new URL("../data/entities.json", import.meta.url);

test("the demo carries the sample and three rounds of work over three stores, which then hold the same", async () => {
  // Where a run is narrowed to fewer stores, one of them is taken several times.
  const names = durableStores.length === 0 ? (["json"] as const) : durableStores;
  const urls = await Promise.all([0, 1, 2].map((at) => freshUrl(names[at % names.length] ?? "json")));
  const [json = "", sqlite = "", postgres = ""] = urls;
  const lines: string[] = [];
  expect(await runDemo(sample, { json, sqlite, postgres }, (line) => lines.push(line))).toBe(true);

  const story = lines.join("\n");
  expect(story).toContain("Job: 200 rows, 200 records");
  expect(story.match(/^work one round {2}/gm)).toHaveLength(3);
  const hashes = await Promise.all(
    urls.map(async (url) => {
      await using store = await openStore(url, { model: workflowModel });
      expect((await store.stats()).records).toBe(801 + 3 * 48);
      expect((await store.check()).problems.filter(({ kind }) => kind !== "settings")).toEqual([]);
      expect(await repository(Case, store).count({ status: "completed" })).toBeGreaterThan(86);
      return await storeHash(store);
    }),
  );
  expect(new Set(hashes).size).toBe(1);
  expect(story).toContain(hashes[0]?.slice(0, 16));
}, 60_000);
