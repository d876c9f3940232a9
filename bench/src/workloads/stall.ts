import { setImmediate, setTimeout } from "node:timers/promises";
import { called } from "./called.ts";
import { inLoops } from "../run/loops.ts";
import { timed } from "./timed.ts";
import type { Size, Workload } from "./workload.ts";

const writers = 64;
const readers = 8;
const tickMs = 1;

/**
 * W12: how long the event loop stands still while many write and read, each of them in turns of its own. Where the limit
 * syncs within its call, as the driver does, all writers that are due stand in one turn.
 */
export function stall({ few }: Size): readonly Workload[] {
  return [
    {
      key: "w12",
      title: `longest stall under ${writers} writers and ${readers} readers`,
      entity: "plain",
      needs: ["save", "get"],
      unit: "ms",
      stored: few,
      isAdding: true,
      operations: 8_192,
      prepare: async (bench) => {
        const save = called(bench.subject, "save");
        const get = called(bench.subject, "get");
        return async (operations) => {
          const documents = bench.nextOnes(operations);
          const ids = bench.someIds(operations);
          const watch = watchLoop();
          const { value: _, ...cpu } = await timed(operations * 2, () =>
            Promise.all([
              inLoops(writers, documents, async (document) => setImmediate(await save(document))),
              inLoops(readers, ids, async (id) => setImmediate(await get(id))),
            ]),
          );
          return { ...cpu, value: await watch.longest() };
        };
      },
    },
  ];
}

/** Beyond the tick that was asked for. */
function watchLoop(): { longest(): Promise<number> } {
  let isOver = false;
  const watching = (async (): Promise<number> => {
    let longest = 0;
    while (!isOver) {
      const started = performance.now();
      await setTimeout(tickMs);
      longest = Math.max(longest, performance.now() - started - tickMs);
    }
    return longest;
  })();
  return {
    longest: () => {
      isOver = true;
      return watching;
    },
  };
}
