import { fileURLToPath } from "node:url";
import { writeEvidence } from "@holdfast-tooling/evidence";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { compileShim, shimMissing } from "../src/compile-shim.ts";
import { anyKill, callKill, foldKill } from "../src/kill-choices.ts";
import { KillTally } from "../src/kill-tally.ts";
import type { Scheme } from "../src/run-chain.ts";
import { runChains } from "../src/run-chains.ts";
import type { ChainsSize, Killing } from "../src/run-chains.ts";
import { runWriter } from "../src/run-writer.ts";
import { makeTools } from "../src/tools.ts";
import type { Tools } from "../src/tools.ts";
import { sizesFromEnvironment } from "./sizes.ts";

const writer = fileURLToPath(new URL("programs/write.ts", import.meta.url));
const { seed, kills } = sizesFromEnvironment();
const timeout = Math.max(300_000, kills * 10_000);

/** Kills processes that write to stores of one kind, and checks what each of them leaves. */
export async function describeKills(scheme: Scheme): Promise<void> {
  const missing = await shimMissing();
  if (missing !== undefined) console.warn(`no process is killed: ${missing}`);
  const tally = new KillTally();
  let killing: Killing;

  describe.skipIf(missing !== undefined)(`a process that writes to ${scheme} stores and is killed`, () => {
    beforeAll(async () => {
      const tools = await makeTools([writer]);
      killing = { tools, shim: await compileShim(tools.folder), scheme, seed, tally };
      await warmUp(tools);
    });
    afterAll(() => killing.tools[Symbol.asyncDispose]());

    test("at any moment leaves all that was acknowledged, and nothing in part", { timeout }, async () => {
      const size = { kills: share(0.5), stores: 2, steps: 30, width: 200 };
      expect(await runChains(killing, { ...size, choose: (_number, ...given) => anyKill(...given) })).toEqual([]);
    });

    test("while it recovers what another left, and that again, leaves as much", { timeout }, async () => {
      const size = { kills: share(0.25), stores: 1, steps: 12, width: 200 };
      const failures = await runChains(killing, {
        ...size,
        choose: (number, chance, place) =>
          callKill(chance, place, number % 3 === 0 ? 25 + chance.below(60) : 1 + chance.below(25)),
      });
      expect(failures).toEqual([]);
    });

    test("while it makes a store leaves nothing or a whole one", { timeout }, async () => {
      const size = { kills: share(0.1), killsEach: 2, stores: 1, steps: 2, width: 200 };
      const calls = { json: 22, sqlite: 85 }[scheme];
      const failures = await runChains(killing, {
        ...size,
        choose: (number, chance, place) => callKill(chance, place, 1 + chance.below(number === 0 ? calls : 20)),
      });
      expect(failures).toEqual([]);
    });

    test("while it folds the log into the file leaves as much, and nothing twice", { timeout }, async () => {
      const choose: ChainsSize["choose"] = (_number, ...given) => foldKill(scheme, ...given);
      const closing = { kills: share(0.12), stores: 1, steps: 4, width: 200 };
      expect(await runChains(killing, { ...closing, choose })).toEqual([]);
      // So much is written that the log is folded while writing goes on: behind 4 MiB of JSON, or 16 of SQLite.
      const writing = { kills: share(0.03), killsEach: 5, stores: 1, width: 60_000 };
      const steps = { json: 25, sqlite: 75 }[scheme];
      expect(await runChains(killing, { ...writing, steps, choose })).toEqual([]);
      await writeDown(scheme, tally);
    });
  });
}

function share(of: number): number {
  return Math.max(1, Math.round(kills * of));
}

/** Loads the program once and lets it end, since a killed one leaves nothing in the compile cache. */
async function warmUp(tools: Tools): Promise<void> {
  const urls = [`json:${tools.folder}/warm-up/data`, `sqlite:${tools.folder}/warm-up/database`];
  await runWriter(tools, { urls, plan: { seed: 0, lanes: 2, width: 100 }, steps: 5 }, { by: "nobody" });
}

async function writeDown(scheme: Scheme, tally: KillTally): Promise<void> {
  const figures = {
    seed,
    ...tally.figures(),
    "acknowledged writes lost": 0,
    "batches and transactions found in part": 0,
  };
  console.log(figures);
  const file = `tooling/kills/test/${scheme}-kills.test.ts`;
  const of = `a process that writes to ${scheme} stores and is killed`;
  await writeEvidence({
    name: `kills-${scheme}`,
    title: `Killed processes: ${scheme}`,
    figures,
    promises: promises.map(({ promise, name }) => ({ promise, test: file, name: `${of} ${name}` })),
  });
}

const promises = [
  {
    promise: "After a kill at any instant a store opens by itself, with every acknowledged write and no batch in part.",
    name: "at any moment leaves all that was acknowledged, and nothing in part",
  },
  {
    promise: "A kill during recovery, and another during the recovery from that, lose nothing either.",
    name: "while it recovers what another left, and that again, leaves as much",
  },
  {
    promise: "A kill while a store is made leaves nothing or a whole store.",
    name: "while it makes a store leaves nothing or a whole one",
  },
  {
    promise: "A kill while the journal or the log is folded into the file loses nothing and applies nothing twice.",
    name: "while it folds the log into the file leaves as much, and nothing twice",
  },
] as const;
