// Moves a store from URL to URL, and prints what became of each move as a line of JSON. Arguments: the URLs.
import { openStore } from "@holdfast/connect";
import type { Store } from "@holdfast/core";
import { copy } from "@holdfast/migrate";

import type { Moved } from "../../src/run-moves.ts";

const [first = "", ...others] = process.argv.slice(2);
const schemeOf = (url: string): string => url.slice(0, url.indexOf(":"));
let [from, source]: [string, Store] = [first, await openStore(first, { durability: "process-crash" })];
for (const to of others) {
  const model = { layout: source.layout };
  const target = await openStore(to, { model, ...(schemeOf(to) === "memory" ? {} : { durability: "process-crash" }) });
  const report = await copy(source, target);
  const moved: Moved = {
    from: schemeOf(from),
    to: schemeOf(to),
    equal: report.equal,
    records: report.written,
    deletes: report.deletes,
    hash: report.targetHash,
    milliseconds: report.milliseconds,
    peak: process.resourceUsage().maxRSS * 1_024,
  };
  process.stdout.write(`${JSON.stringify(moved)}\n`);
  await source.close();
  [from, source] = [to, target];
}
await source.close();
