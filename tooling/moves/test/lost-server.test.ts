import { copy } from "@holdfast/migrate";
import { HoldfastError } from "@holdfast/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { contentsHash } from "../src/contents.ts";
import { openAt } from "../src/open-at.ts";
import { fillSample, sampleBatch, sampleModel } from "../src/sample-store.ts";
import { makePlaces, missing, type Places } from "./move-tools.ts";

/** How long a lost server is waited for. */
const busyTimeoutMs = 1_000;

let places: Places;
beforeAll(async () => {
  places = await makePlaces();
});
afterAll(() => places[Symbol.asyncDispose]());

/** Copies until the server is killed, when so many batches are copied, and gives the error. The server is back then. */
async function copyUntilKilled(from: string, to: string, batches: number): Promise<HoldfastError> {
  await using source = await openAt(from, { access: "read", busyTimeoutMs });
  await using target = await openAt(to, { model: sampleModel, busyTimeoutMs });
  const server = await places.server();
  let left = batches;
  let halted: Promise<void> | undefined;
  const onProgress = (): void => {
    left -= 1;
    if (left === 0) halted = server.halt("killed");
  };
  try {
    const thrown: unknown = await copy(source, target, { batch: sampleBatch, onProgress }).catch(
      (error: unknown) => error,
    );
    if (HoldfastError.is(thrown)) return thrown;
    throw new Error("the copy went on without the server", { cause: thrown });
  } finally {
    await halted;
    await server.start();
  }
}

describe.skipIf(missing !== undefined).each([
  { which: "target", from: "sqlite", to: "postgres" },
  { which: "source", from: "postgres", to: "sqlite" },
] as const)("a copy whose $which is on a Postgres server", (pair) => {
  test.each([1, 9])("that is killed behind batch %d says so, and the next one completes it", async (batches) => {
    const [from, to] = [await places.freshUrl(pair.from), await places.freshUrl(pair.to)];
    {
      await using source = await openAt(from, { model: sampleModel });
      await fillSample(source);
    }
    const { code } = await copyUntilKilled(from, to, batches);
    expect(["STORE_UNAVAILABLE", "COMMIT_UNKNOWN"]).toContain(code);
    await using source = await openAt(from, { access: "read" });
    await using target = await openAt(to, { model: sampleModel });
    expect((await target.stats()).records).toBeGreaterThan(0);
    expect(await copy(source, target, { batch: sampleBatch })).toMatchObject({ equal: true });
    expect([await contentsHash(target), (await target.stats()).holds]).toEqual([await contentsHash(source), []]);
  });
});
