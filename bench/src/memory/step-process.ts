// Does one step on a store in a process of its own. Arguments: the step's name and its place as JSON. Prints how much memory
// it had at most beyond what the loaded code has, and how much it holds with the store still open, in bytes, as JSON.
import { openStore } from "@holdfast/connect";
import { models } from "../subjects/bench-model.ts";
import { stepNames, steps } from "./steps.ts";
import type { StepPlace } from "./steps.ts";

const bytesOfKilobyte = 1024;

const [name = "", placeText = "{}"] = process.argv.slice(2);
const step = stepNames.find((each) => each === name);
if (step === undefined) throw new Error(`there is no step "${name}"`);
const place = JSON.parse(placeText) as StepPlace;

// The backend's code is loaded by the first store, which is not measured.
await (await openStore("memory:", { model: models.plain })).close();

const before = held();
const rssBefore = process.memoryUsage.rss();
const store = await openStore(place.url, { model: models.plain });
await steps[step](store, place);
const peak = Math.max(process.resourceUsage().maxRSS * bytesOfKilobyte - rssBefore, 0);
console.log(JSON.stringify({ peak, kept: Math.max(held() - before, 0) }));
await store.close();

function held(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
