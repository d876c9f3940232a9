import { HoldfastError } from "@holdfast/core";
import { expect, test } from "vitest";

import { BatchSize } from "../src/layout/batch-size.ts";

const conflict = new HoldfastError("others were in the way", { code: "TRANSACTION_CONFLICT" });
const failure = new HoldfastError("something else", { code: "BACKEND_FAILURE" });

/** How many records each batch was for; each ends as it is told. */
async function sizes(ends: readonly (HoldfastError | "done")[]): Promise<readonly number[]> {
  const size = new BatchSize();
  const tried: number[] = [];
  for (const end of ends) {
    const batch = size.tried(async (records) => {
      tried.push(records);
      if (end !== "done") throw end;
    });
    const ended = await batch.catch((thrown: unknown) => thrown);
    expect(ended).toBe(end === "done" ? tried.at(-1) : end);
  }
  return tried;
}

test("a batch that others were in the way of is tried again with half as many records, down to a few", async () => {
  const ends = Array.from({ length: 10 }, () => conflict);
  expect(await sizes(ends)).toEqual([1_000, 500, 250, 125, 62, 31, 15, 8, 8, 8]);
});

test("behind one that was done there are twice as many, up to a thousand", async () => {
  expect(await sizes([conflict, conflict, "done", "done", "done", "done"])).toEqual([
    1_000, 500, 250, 500, 1_000, 1_000,
  ]);
});

test("what fails for another reason changes nothing", async () => {
  expect(await sizes([failure, conflict, failure, "done"])).toEqual([1_000, 1_000, 500, 500]);
});
