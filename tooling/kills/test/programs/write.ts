// Works on stores until its steps are done or it is killed. Argument: what `Work` says, as JSON. Prints a line for all that
// it was told, at once and by a synchronous write, so that no kill loses what was acknowledged before it.
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";

import { openWork } from "../../src/open-work.ts";
import { reachedIn, setUp, workLane } from "../../src/work.ts";
import type { Work } from "../../src/work-lines.ts";

const [given = "{}"] = process.argv.slice(2);
const { urls, plan, own, steps, options } = JSON.parse(given) as Work;

function say(...words: readonly (string | number)[]): void {
  writeSync(1, `${words.join(" ")}\n`);
}

async function work(place: number, url: string): Promise<void> {
  await using store = await openWork(url, options);
  const reached = await reachedIn(store, plan);
  say("opened", place, ...reached);
  await setUp(store, plan);
  say("set", place);
  await Promise.all(
    (own ?? [...reached.keys()]).map((lane) => {
      const from = reached[lane] ?? 0;
      const done = (step: number): void => say("did", place, lane, step);
      return workLane(store, plan, { lane, reached: from, last: from + steps, done });
    }),
  );
}

say("began");
await Promise.all(urls.map((url, place) => work(place, url)));
say("closed");
flushCompileCache();
