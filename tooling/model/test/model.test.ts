import { writeEvidence } from "@holdfast-tooling/evidence";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterAll, describe, expect, test } from "vitest";

import { agreesWithReference } from "../src/agrees-with-reference.ts";
import { modelLayout } from "../src/model-layout.ts";
import type { Real } from "../src/world.ts";
import { sizesFromEnvironment } from "./sizes.ts";

const sizes = sizesFromEnvironment();
const options = { model: { layout: modelLayout }, durability: "process-crash" } as const;
console.log(`model: SEED=${sizes.seed} RUNS=${sizes.runs} COMMANDS=${sizes.commands}`);

/** Runs that agreed, by store. */
const agreed: Record<string, number> = {};
afterAll(() =>
  writeEvidence({
    name: "model",
    title: "Random commands on each store and on a plain map",
    figures: { "commands a run, at most": sizes.commands, ...agreed },
    promises: [
      {
        promise: "Every store answers as a plain map in memory does, errors included",
        test: "tooling/model/test/model.test.ts",
        name: "answers like a plain map",
      },
    ],
  }),
);

describe.each(storesUnderTest())("the $name store", ({ name, open, reopen }) => {
  test("answers like a plain map", { timeout: 3_600_000 }, async () => {
    const real: Real = {
      store: await open(options),
      reopen:
        reopen === undefined
          ? undefined
          : async (earlier) => {
              await earlier.close();
              return reopen(earlier, options);
            },
    };
    try {
      expect(await agreesWithReference(real, sizes)).toBe(sizes.runs);
      agreed[`runs that agreed: ${name}`] = sizes.runs;
    } finally {
      await real.store.close();
    }
  });
});
