import { openStore } from "@holdfast/connect";
import { storeHash } from "@holdfast/migrate";
import { Case, repository, workflowModel } from "@holdfast/repositories";
import { expect, test } from "vitest";

import { runDemo, type Place } from "../src/demo.ts";
import { Ledger } from "../src/ledger.ts";
import { durableStores, freshUrl } from "./places.ts";

const sample = new URL("../data/entities.json", import.meta.url);
const imported = 801;
const aRound = 48;

/** The way of the demo; where a run is narrowed to fewer stores, some of them are taken several times. */
async function freshPlaces(): Promise<readonly Place[]> {
  const names = durableStores.length === 0 ? (["json"] as const) : durableStores;
  const way = [...names, "json" as const];
  return await Promise.all(way.map(async (name, at) => ({ name: `Place ${at + 1}`, url: await freshUrl(name) })));
}

test("the demo plans, copies, verifies and works on in each place, and in the end everything adds up", async () => {
  const places = await freshPlaces();
  let story = "";
  expect(await runDemo(sample, places, (text) => (story += text))).toBe(true);

  const moves = places.length - 1;
  expect(story).toContain("import  Job: 200 rows, 200 records");
  expect(story.match(/^ {3}plan .*; nothing stands in the way$/gm)).toHaveLength(moves);
  expect(story.match(/^ {3}copy .* 100 %: \d+ records written/gm)).toHaveLength(moves);
  expect(story.match(/^ {3}verify {2}(\d+) records against \1: equal, [0-9a-f]{16}$/gm)).toHaveLength(moves);
  expect(story.match(/^ {3}work {4}round \d+: 12 jobs and 36 cases started/gm)).toHaveLength(places.length);
  expect(story).toContain("It adds up: nothing is lost, nothing is there twice.");
  for (const [at, { url }] of places.entries()) {
    await using store = await openStore(url, { model: workflowModel });
    expect((await store.stats()).records).toBe(imported + (at + 1) * aRound);
    expect((await store.check()).problems.filter(({ kind }) => kind !== "settings")).toEqual([]);
    expect(await repository(Case, store).count({ status: "completed" })).toBeGreaterThan(86);
    expect(story).toContain((await storeHash(store)).slice(0, 16));
  }
});

test("what was lost on the way does not add up", () => {
  const ledger = new Ledger();
  const contents = { jobs: 2, cases: 6, steps: 9, statuses: [] };
  ledger.addContents("imported", contents);
  ledger.addWork("round 1", {
    round: 1,
    jobsStarted: 1,
    casesStarted: 3,
    jobsTakenUp: 0,
    stepsAdded: 4,
    transitions: 5,
  });
  expect(ledger.addsUpTo({ ...contents, jobs: 3, cases: 9, steps: 13 })).toBe(true);
  expect(ledger.addsUpTo({ ...contents, jobs: 3, cases: 9, steps: 12 })).toBe(false);
  expect(ledger.addsUpTo({ ...contents, jobs: 3, cases: 8, steps: 13 })).toBe(false);
});
