// Writes a batch, then saves in many loops at once, and prints how many bytes a save left among the old objects of the heap,
// which only a full collection frees. For `garbage.test.ts`.
import { GCProfiler } from "node:v8";
import { openStore } from "@holdfast/connect";
import { repository } from "@holdfast/repositories";
import { documentsOf } from "../document.ts";
import type { BenchDocument } from "../document.ts";
import { inLoops } from "../run/loops.ts";
import { models, PlainDocument } from "../subjects/bench-model.ts";

const batch = 5_000;
const loops = 64;
const timesOver = 3;

await using store = await openStore("sqlite::memory:", { model: models.plain });
const documents = repository(PlainDocument, store);
const made = documentsOf(0, 2 * batch, false);
await documents.saveMany(made.slice(0, batch));
await documents.saveMany(made.slice(batch));

const saved = Array.from({ length: timesOver }, () => made).flat();
const save = (document: BenchDocument): Promise<unknown> => documents.save(document);
// Until the code is compiled.
await inLoops(loops, saved, save);
const profiler = new GCProfiler();
profiler.start();
await inLoops(loops, saved, save);
console.log(agedBytes(profiler.stop()) / saved.length);

/** What was made among the old objects, or moved there because it was still held. */
function agedBytes(profile: ReturnType<GCProfiler["stop"]>): number {
  let aged = 0;
  let last: number | undefined;
  for (const { gcType, beforeGC, afterGC } of profile?.statistics ?? []) {
    const [before, after] = [oldBytes(beforeGC), oldBytes(afterGC)];
    if (last !== undefined) aged += before - last;
    if (gcType === "Scavenge") aged += after - before;
    last = after;
  }
  return aged;
}

type Heap = NonNullable<ReturnType<GCProfiler["stop"]>>["statistics"][number]["beforeGC"];

function oldBytes({ heapSpaceStatistics }: Heap): number {
  return heapSpaceStatistics.find(({ spaceName }) => spaceName === "old_space")?.spaceUsedSize ?? 0;
}
