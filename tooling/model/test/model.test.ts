import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { agreesWithReference } from "../src/agrees-with-reference.ts";
import { modelLayout } from "../src/model-layout.ts";
import type { Real } from "../src/world.ts";
import { sizesFromEnvironment } from "./sizes.ts";

const sizes = sizesFromEnvironment();
const options = { model: { layout: modelLayout }, durability: "process-crash" } as const;
console.log(`model: SEED=${sizes.seed} RUNS=${sizes.runs} COMMANDS=${sizes.commands}`);

describe.each(storesUnderTest())("the $name store", ({ open, reopen }) => {
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
    } finally {
      await real.store.close();
    }
  });
});
