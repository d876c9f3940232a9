import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { chanceFrom } from "@holdfast-tooling/chance";
import { checkLeft } from "../src/check-left.ts";
import { runWriter } from "../src/run-writer.ts";
import type { Run } from "../src/run-writer.ts";
import { makeTools } from "../src/tools.ts";
import type { Tools } from "../src/tools.ts";
import type { Work } from "../src/work-lines.ts";
import { sizesFromEnvironment } from "./sizes.ts";

const { seed, kills } = sizesFromEnvironment();

let tools: Tools;
beforeAll(async () => {
  tools = await makeTools([path.join(import.meta.dirname, "programs/write.ts")]);
});
afterAll(() => tools[Symbol.asyncDispose]());

function furthest(acknowledged: readonly number[], { told }: Run): readonly number[] {
  return acknowledged.map((step, lane) => Math.max(step, told[0]?.acknowledged[lane] ?? 0));
}

test("a process that writes to a SQLite store beside one that is killed again and again goes on, and both have all that was acknowledged", async () => {
  const chance = chanceFrom(seed);
  const plan = { seed, lanes: 8, width: 200 };
  const url = `sqlite:${path.join(tools.folder, "shared", "data")}`;
  const shared: Pick<Work, "urls" | "plan"> = { urls: [url], plan };
  const lasting: Work = { ...shared, own: [0, 1, 2, 3], steps: Math.min(1_000, Math.ceil(kills / 10)) };
  let hasEnded = false;
  const beside = runWriter(tools, lasting, { by: "nobody" }).finally(() => (hasEnded = true));
  let acknowledged: readonly number[] = Array<number>(plan.lanes).fill(0);
  let killed = 0;
  while (!hasEnded || killed === 0) {
    const work: Work = { ...shared, own: [4, 5, 6, 7], steps: 10_000 };
    const run = await runWriter(tools, work, { by: "time", after: "did", ms: chance.below(30) });
    acknowledged = furthest(acknowledged, run);
    if (run.ended === "killed") killed++;
  }
  const run = await beside;
  expect(run.ended).toBe("closed");
  acknowledged = furthest(acknowledged, run);
  const { problems } = await checkLeft({ url, plan, isSetUp: true, acknowledged });
  expect(problems, `${killed} kills, SEED=${seed}`).toEqual([]);
});
