import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { idOf } from "../document.ts";
import type { Bench } from "../run/bench.ts";
import type { Round, Size, Workload } from "./workload.ts";

const program = fileURLToPath(new URL("../run/first-read-process.ts", import.meta.url));

interface FirstRead {
  readonly milliseconds: number;
  readonly megabytes: number;
  readonly cpuMicroseconds: number;
}

/** W8: a process of its own opens many documents and reads one of them; its time, and the memory that it then holds. */
export function firstRead({ many, few }: Size): readonly Workload[] {
  const shared = {
    entity: "plain",
    needs: ["save", "get"],
    stores: ["json"],
    withVariants: false,
    stored: few,
    operations: 1,
    isWhole: true,
  } as const;
  const title = `opening ${many.toLocaleString("en")} documents to the first read`;
  return [
    {
      ...shared,
      key: "w8",
      title: `${title}, time`,
      unit: "ms",
      prepare: (bench) => reading(bench, many, ({ milliseconds }) => milliseconds),
    },
    {
      ...shared,
      key: "w8m",
      title: `${title}, memory`,
      unit: "MB",
      prepare: (bench) => reading(bench, many, ({ megabytes }) => megabytes),
    },
  ];
}

/** A process tells its time and its memory at once, so what is measured for the one stands for the other. */
const readsOf = new WeakMap<Bench, FirstRead[]>();

async function reading(bench: Bench, many: number, value: (read: FirstRead) => number): Promise<Round> {
  const earlier = readsOf.get(bench);
  const read = earlier === undefined ? await readingAnew(bench, many) : undefined;
  if (read !== undefined) readsOf.set(bench, []);
  return async () => {
    const found = read === undefined ? earlier?.shift() : await read();
    if (found === undefined) throw new Error("there are no more processes to look back at");
    if (read !== undefined) readsOf.get(bench)?.push(found);
    return { value: value(found), cpuMicroseconds: found.cpuMicroseconds };
  };
}

async function readingAnew(bench: Bench, many: number): Promise<() => Promise<FirstRead>> {
  const { storedMost = Infinity, name } = bench.system;
  if (many > storedMost) throw new Error("filling it takes too long");
  const place = await bench.closedPlace(many);
  const words = ["--expose-gc", ...process.execArgv, program, name, JSON.stringify(place), idOf(many - 1)];
  const read = async (): Promise<FirstRead> =>
    JSON.parse((await promisify(execFile)(process.execPath, words)).stdout) as FirstRead;
  // The first one finds files that were just written, and may leave them in another form.
  await read();
  return read;
}
