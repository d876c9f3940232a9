import { readdir } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Store } from "@holdfast/core";

import { expectedRecords } from "./expected-records.ts";
import type { ExpectedRecord } from "./expected-records.ts";
import { openWork } from "./open-work.ts";
import type { Plan } from "./steps.ts";
import { reachedIn } from "./work.ts";

/** What must be in a store that a killed process left. */
export interface Left {
  readonly url: string;
  readonly plan: Plan;
  /** Whether what lanes share was acknowledged. */
  readonly isSetUp: boolean;
  /** The last acknowledged step of each lane. */
  readonly acknowledged: readonly number[];
}

/** Leases outlive who held them, as long as they were taken for. */
const leaseTypes = new Set(["EntityLease", "EntityLeaseTerm"]);

export interface Checked {
  /** How far each lane has come. */
  readonly reached: readonly number[];
  /** Whether what lanes share is there. */
  readonly isSetUp: boolean;
  /** In words; empty where every promise is kept. */
  readonly problems: readonly string[];
}

/**
 * Opens the store, once and without waiting, and compares all that it holds with what its lanes did: each acknowledged
 * step is there, of the one that was under way all or nothing, and nothing else. Then closes it and looks for leftovers.
 */
export async function checkLeft(left: Left): Promise<Checked> {
  const { url, plan } = left;
  const store = await openWork(url, { lockTimeoutMs: 0 });
  const problems: string[] = [];
  let reached: readonly number[] = [];
  let isSetUp = false;
  try {
    reached = await reachedIn(store, plan);
    for (const [lane, step] of reached.entries())
      problems.push(...laneProblems(lane, step, left.acknowledged[lane] ?? 0));
    const stored = await allRecords(store);
    isSetUp = stored.size > 0;
    if (left.isSetUp && !isSetUp) problems.push("lost: what lanes share was acknowledged, and is not there");
    if (isSetUp) problems.push(...differences(stored, expectedRecords(plan, reached)));
    problems.push(...(await store.check()).problems.map((each) => `check: ${each.message}`));
  } finally {
    await store.close();
  }
  return { reached, isSetUp, problems: [...problems, ...(await leftovers(url))] };
}

function laneProblems(lane: number, reached: number, acknowledged: number): readonly string[] {
  if (reached < acknowledged) return [`lost: lane ${lane} was told of step ${acknowledged}, the store has ${reached}`];
  if (reached <= acknowledged + 1) return [];
  return [`ghost: lane ${lane} was told of step ${acknowledged}, the store has ${reached}`];
}

async function allRecords(store: Store): Promise<ReadonlyMap<string, ExpectedRecord>> {
  const { types } = await store.stats();
  const records = new Map<string, ExpectedRecord>();
  for (const { type } of types.filter((each) => !leaseTypes.has(each.type))) {
    let after: string | undefined;
    do {
      const page = await store.find({ type, limit: 1_000, ...(after === undefined ? {} : { after }) });
      for (const { id, version, body } of page.records) records.set(`${type}/${id}`, { version, body });
      after = page.next;
    } while (after !== undefined);
  }
  return records;
}

function differences(
  stored: ReadonlyMap<string, ExpectedRecord>,
  expected: ReadonlyMap<string, ExpectedRecord>,
): readonly string[] {
  const keys = [...new Set([...stored.keys(), ...expected.keys()])].sort();
  return keys.flatMap((key) => {
    const [is, wanted] = [stored.get(key), expected.get(key)];
    return isDeepStrictEqual(is, wanted) ? [] : [`partial: ${key} is ${shown(is)}, not ${shown(wanted)}`];
  });
}

function shown(record: ExpectedRecord | undefined): string {
  return record === undefined ? "absent" : `version ${record.version} ${JSON.stringify(record.body).slice(0, 200)}`;
}

/** A closed store is one file. */
async function leftovers(url: string): Promise<readonly string[]> {
  const file = url.slice(url.indexOf(":") + 1);
  const names = await readdir(path.dirname(file));
  return names.filter((name) => name !== path.basename(file)).map((name) => `left over: ${name}`);
}
