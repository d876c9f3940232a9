// Opens a place in a process of its own and reads one document there. Arguments: the system's name, the place as JSON,
// the document's id. Prints how long it took in milliseconds and how much memory it holds in MB, as JSON.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { systemNamed } from "../subjects/systems.ts";
import type { Place } from "../subject.ts";

const [name = "", placeText = "{}", id = ""] = process.argv.slice(2);
const place = JSON.parse(placeText) as Place;
const system = systemNamed(name);

// What is opened is measured, and not how long its code takes to load.
await (await system.open({ ...place, folder: await mkdtemp(join(place.folder, "loading-")) }))[Symbol.asyncDispose]();

const before = memoryMegabytes();
const cpu = process.cpuUsage();
const started = performance.now();
const read = await readFirst();
const milliseconds = performance.now() - started;
const { user, system: inSystem } = process.cpuUsage(cpu);
const measured = { milliseconds, cpuMicroseconds: user + inSystem, megabytes: memoryMegabytes() - before };
console.log(JSON.stringify(measured));
// Until here all that was read is held.
await read[Symbol.asyncDispose]();

async function readFirst(): Promise<AsyncDisposable> {
  if (system.readFirst !== undefined) return system.readFirst(place, id);
  const subject = await system.open(place);
  if ((await subject.get?.(id)) === undefined) throw new Error(`there is no ${id}`);
  return subject;
}

function memoryMegabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}
