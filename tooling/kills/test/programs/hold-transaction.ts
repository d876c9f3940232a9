// Saves some notes, then writes one more in a transaction and does in its work what it is told to: `wait` for a line on its
// standard input, `stall` its event loop and then wait, `exit`, `throw` where nobody catches it, or take all `memory`.
// Arguments: the store's URL, what to do, how many notes to save before, and how long to wait for others, in milliseconds.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";

import { openWork } from "../../src/open-work.ts";

const [url = "", what = "wait", notes = "0", waitMs = "0"] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

function say(...words: readonly (string | number)[]): void {
  writeSync(1, `${words.join(" ")}\n`);
}

function put(id: string) {
  return { put: { type: "Held", id, documentVersion: 1, body: {} }, expect: "any" } as const;
}

function exhaustMemory(): never {
  for (const hoard: string[][] = []; ;)
    hoard.push(Array.from({ length: 10_000 }, (_each, at) => `${at} ${hoard.length}`));
}

async function hold(): Promise<void> {
  switch (what) {
    case "wait":
      await lines.next();
      return;
    case "stall":
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
      say("stalled");
      await lines.next();
      return;
    case "exit":
      return process.exit(3);
    case "throw":
      setImmediate(() => {
        throw new Error("nobody catches this");
      });
      await lines.next();
      return;
    case "memory":
      return exhaustMemory();
    default:
      throw new Error(`there is no "${what}"`);
  }
}

say("began");
const limits = { lockTimeoutMs: Number(waitMs), busyTimeoutMs: Number(waitMs) };
await using store = await openWork(url, limits);
for (let at = 0; at < Number(notes); at++) {
  await store.write([put(`before-${at}`)]);
  say("saved", at);
}
await store.transaction(
  async (session) => {
    await session.write([put("inside")]);
    say("holding", await session.count("Held"));
    await hold();
  },
  { timeoutMs: 600_000 },
);
say("committed");
process.stdin.destroy();
