import { openStore, shownUrl } from "@holdfast/connect";
import type { Store } from "@holdfast/core";
import { copy, storeHash } from "@holdfast/migrate";
import { workflowModel } from "@holdfast/repositories";

import { contentsOf } from "./contents.ts";
import { workOneRound } from "./workload.ts";

/** What a stage left in its store. */
export interface StageResult {
  readonly stage: string;
  /** Without a password. */
  readonly url: string;
  readonly jobs: number;
  readonly cases: number;
  readonly steps: number;
  /** Made in the stage. */
  readonly transitions: number;
  /** That the stage took; looking at the result does not count. */
  readonly milliseconds: number;
  readonly hash: string;
}

/** One round of the agent's work: the same for every URL. */
export async function workStage(url: string): Promise<StageResult> {
  return await runStage("work one round", url, async (store) => (await workOneRound(store)).transitions);
}

/** Everything from one store to the other, which may hold earlier states of it. */
export async function copyStage(from: string, to: string): Promise<StageResult> {
  await using source = await openStore(from, { model: workflowModel });
  return await runStage(`copy from ${source.backend}`, to, async (target) => {
    const { equal, differing } = await copy(source, target);
    if (!equal) throw new Error(`${differing} records differ after copying to ${shownUrl(to)}`);
    return 0;
  });
}

/** Opens the store, works on it, and looks at what is in it afterwards. `work` answers how many transitions it made. */
export async function runStage(
  stage: string,
  url: string,
  work: (store: Store) => Promise<number>,
): Promise<StageResult> {
  const started = performance.now();
  await using store = await openStore(url, { model: workflowModel });
  const transitions = await work(store);
  const milliseconds = Math.round(performance.now() - started);
  const { jobs, cases, steps } = await contentsOf(store);
  return { stage, url: shownUrl(url), jobs, cases, steps, transitions, milliseconds, hash: await storeHash(store) };
}
