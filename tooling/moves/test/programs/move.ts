// Makes a move, and kills itself before one of its calls of the stores where it is told to. Arguments: what `Move` says, as
// JSON, and the number of that call, from 1; 0 for none. Prints how many calls there were.
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";

import { countedStore } from "../../src/counted-store.ts";
import { makeMove, type Move } from "../../src/move.ts";

const [given = "{}", killedAt = "0"] = process.argv.slice(2);
let calls = 0;

function onCall(): void {
  calls += 1;
  if (calls === Number(killedAt)) process.kill(process.pid, "SIGKILL");
}

const isEqual = await makeMove(JSON.parse(given) as Move, (store) => countedStore(store, onCall));
writeSync(1, JSON.stringify({ isEqual, calls }));
flushCompileCache();
