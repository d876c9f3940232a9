import { openStore, shownUrl } from "@holdfast/connect";
import { storeHash } from "@holdfast/migrate";
import { workflowModel } from "@holdfast/repositories";

import { contentsOf } from "./contents.ts";
import { importFile } from "./import-file.ts";
import { Ledger } from "./ledger.ts";
import { move, shortHash, type Tell } from "./move.ts";
import { workOneRound } from "./workload.ts";

/** A place of the way, and the words for it. */
export interface Place {
  readonly name: string;
  readonly url: string;
}

interface Stage extends Place {
  /** What the store held when the work moved on. */
  readonly left: string;
}

/**
 * The whole story: the work starts in the first place, moves from each to the next, and goes on in each with the same
 * code. Whether every move was proven equal, nothing is lost in the end, and the places that were left stay as they were.
 */
export async function runDemo(sample: URL, places: readonly Place[], tell: Tell): Promise<boolean> {
  tell("An agent's work starts in a JSON file and moves on. The code stays; only the URL changes.\n");
  const ledger = new Ledger();
  const stages: Stage[] = [];
  let allEqual = true;
  for (const [at, place] of places.entries()) {
    tell(`\n${at + 1}. ${place.name}: ${shownUrl(place.url)}\n`);
    const before = stages.at(-1);
    if (before === undefined) await begin(sample, place, { ledger, tell });
    else allEqual = (await move(before.url, place.url, tell)) && allEqual;
    stages.push({ ...place, left: await work(place, { ledger, tell }) });
  }
  const last = places.at(-1);
  const addsUp = last !== undefined && (await sumUp(last.url, { ledger, tell }));
  return (await stayed(stages, tell)) && allEqual && addsUp;
}

interface Telling {
  readonly ledger: Ledger;
  readonly tell: Tell;
}

async function begin(sample: URL, { url }: Place, { ledger, tell }: Telling): Promise<void> {
  await using store = await openStore(url, { model: workflowModel });
  for (const line of await importFile(sample, store)) tell(`   import  ${line}\n`);
  ledger.addContents("imported", await contentsOf(store));
}

/** One round on whatever store the URL names; what the store holds afterwards. */
async function work({ name, url }: Place, { ledger, tell }: Telling): Promise<string> {
  await using store = await openStore(url, { model: workflowModel });
  const started = performance.now();
  const done = await workOneRound(store);
  const milliseconds = Math.round(performance.now() - started);
  const { round, jobsStarted, casesStarted, jobsTakenUp, stepsAdded, transitions } = done;
  tell(`   work    round ${round}: ${jobsStarted} jobs and ${casesStarted} cases started, ${jobsTakenUp} taken up, `);
  tell(`${stepsAdded} steps, ${transitions} transitions, in ${milliseconds} ms\n`);
  ledger.addWork(`round ${round}: ${name}`, done);
  return await storeHash(store);
}

async function sumUp(url: string, { ledger, tell }: Telling): Promise<boolean> {
  await using store = await openStore(url, { access: "read" });
  const contents = await contentsOf(store);
  const addsUp = ledger.addsUpTo(contents);
  const verdict = addsUp ? "It adds up: nothing is lost, nothing is there twice." : "It does not add up.";
  tell(`\n${ledger.text(contents)}\n\n${verdict}\n`);
  return addsUp;
}

/** Going back is to name an old URL again: each store is as it was when the work moved on. */
async function stayed(stages: readonly Stage[], tell: Tell): Promise<boolean> {
  const changed: string[] = [];
  for (const { name, url, left } of stages) {
    await using store = await openStore(url, { access: "read" });
    if ((await storeHash(store)) !== left) changed.push(name);
  }
  const hashes = stages.map(({ left }) => shortHash(left)).join(", ");
  const verdict = changed.length === 0 ? "is as it was when the work moved on" : `has changed: ${changed.join(", ")}`;
  tell(`Each store ${verdict}: ${hashes}.\n`);
  return changed.length === 0;
}
