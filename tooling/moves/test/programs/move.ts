// Makes a move, and before one of its calls of the stores kills or stops itself, where it is told to. Arguments: what `Move`
// says, as JSON; the number of that call, from 1, or 0 for none; the signal. Prints
// that it stops, and at its end how many calls there were, or its error.
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";

import { HoldfastError } from "@holdfast/core";

import { countedStore } from "../../src/counted-store.ts";
import { makeMove, type Move } from "../../src/move.ts";

const [given = "{}", signalledAt = "0", signal = "SIGKILL"] = process.argv.slice(2);
let calls = 0;

function onCall(): void {
  calls += 1;
  if (calls !== Number(signalledAt)) return;
  if (signal === "SIGSTOP") writeSync(1, "stops\n");
  process.kill(process.pid, signal);
}

try {
  const isEqual = await makeMove(JSON.parse(given) as Move, (store) => countedStore(store, onCall));
  writeSync(1, JSON.stringify({ isEqual, calls }));
} catch (thrown) {
  if (!HoldfastError.is(thrown)) throw thrown;
  const { code, message } = thrown;
  writeSync(1, JSON.stringify({ code, message }));
}
flushCompileCache();
