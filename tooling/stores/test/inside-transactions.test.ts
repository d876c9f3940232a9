import { describeTransaction } from "@holdfast/conformance";
import { createStore } from "@holdfast/core";
import type { OpenOptions } from "@holdfast/core";
import { faultyDriver } from "@holdfast-tooling/seeded-bugs";
import type { Bug } from "@holdfast-tooling/seeded-bugs";
import { expect, test } from "vitest";

class NeverCommitted extends Error {}

/** Every transaction is answered as if it were committed, and rolled back. */
const commitsNothing: Bug = (sound) => ({
  transaction: async (mode, work) => {
    let done: { readonly result: Awaited<ReturnType<typeof work>> } | undefined;
    const rolledBack = sound.transaction(mode, async (writer) => {
      done = { result: await work(writer) };
      throw new NeverCommitted();
    });
    await rolledBack.catch((thrown: unknown) => {
      if (!(thrown instanceof NeverCommitted)) throw thrown;
    });
    if (done === undefined) throw new Error("the transaction ended before its work");
    return done.result;
  },
});

/** What the behaviours inside transactions say of a store with a bug, each that fails. */
async function broken(bug: Bug): Promise<readonly string[]> {
  const runs: (() => Promise<void>)[] = [];
  const closings: (() => Promise<void>)[] = [];
  describeTransaction(
    {
      describe: (_name, suite) => suite(),
      test: (_name, run) => void runs.push(run),
      afterAll: (run) => void closings.push(run),
    },
    {
      name: "a store with a bug",
      open: (options: OpenOptions) => createStore({ backend: "faulty", driver: faultyDriver(bug), options }),
    },
  );
  const failures: string[] = [];
  for (const run of runs) await run().catch((thrown: unknown) => failures.push(String(thrown)));
  for (const close of closings) await close();
  return failures;
}

test(
  "behaviours inside transactions tell a store that commits nothing from a sound one",
  { timeout: 60_000 },
  async () => {
    const seen = await broken(commitsNothing);
    expect(seen.filter((reason) => reason.includes("after the commit")).length).toBeGreaterThan(100);
    expect(await broken(() => ({}))).toEqual([]);
  },
);
