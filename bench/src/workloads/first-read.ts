import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { idOf } from "../document.ts";
import type { Bench } from "../run/bench.ts";
import type { Round, Sample, Size, Workload } from "./workload.ts";

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

async function reading(bench: Bench, many: number, value: (read: FirstRead) => number): Promise<Round> {
  const { storedMost = Infinity, name } = bench.system;
  if (many > storedMost) throw new Error("filling it takes too long");
  const place = await bench.closedPlace(many);
  const words = ["--expose-gc", ...process.execArgv, program, name, JSON.stringify(place), idOf(many - 1)];
  const round = async (): Promise<Sample> => {
    const { stdout } = await promisify(execFile)(process.execPath, words);
    const read = JSON.parse(stdout) as FirstRead;
    return { value: value(read), cpuMicroseconds: read.cpuMicroseconds };
  };
  // The first one finds files that were just written, and may leave them in another form.
  await round();
  return round;
}
