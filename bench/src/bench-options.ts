import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { storeNames } from "./subject.ts";
import type { StoreName } from "./subject.ts";
import { sizeNamed, sizeNames } from "./workloads/sizes.ts";
import type { SizeName } from "./workloads/sizes.ts";

export interface BenchOptions {
  /** The beginnings of the workloads' keys that are asked for; empty for all. */
  readonly asked: readonly string[];
  readonly stores: readonly StoreName[];
  readonly size: SizeName;
  readonly rounds: number;
  /** Of the originals' comparison. */
  readonly originalsRounds: number;
  readonly withPeers: boolean;
  readonly folder: string;
  readonly isWritten: boolean;
  /** Numbers of items over which the originals are measured. */
  readonly stored: readonly number[];
}

export const help = `pnpm bench [workload …] [options]

Workloads: w1 to w12, counts, memory and originals; all by default. "w4" stands for all whose name begins so.

  --stores json,sqlite,postgres   which of the stores (default: all)
  --size quick|normal|large       documents stored, time of a round, rounds (default: normal): up to
                                  ten thousand in minutes, a hundred thousand in half an hour, a million in hours
  --quick                         the same as --size quick
  --rounds N                      how often each system has its turn (default: by the size)
  --peers all|none                whether other libraries are measured too (default: all)
  --folder PATH                   where the files are (default: the system's temporary folder);
                                  one in memory has no syncs to wait for
  --stored N,N,…                  over how many items the originals are measured (default: by the size)
  --write                         puts the results into docs/performance.md; those of the originals only where
                                  they are asked for by name`;

/** Their time grows with what is stored: over 5,000 items, each round takes most of a minute. */
const originalsStored: Readonly<Record<SizeName, string>> = {
  quick: "100",
  normal: "100,1000,2000",
  large: "100,1000,5000",
};

/** Undefined where help is asked for. */
export function benchOptions(words: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: {
      stores: { type: "string", default: storeNames.join(",") },
      size: { type: "string", default: "normal" },
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      peers: { type: "string", default: "all" },
      folder: { type: "string", default: tmpdir() },
      stored: { type: "string" },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  if (values.help) return undefined;
  const size = oneOf("size", sizeNames, values.quick ? "quick" : values.size);
  return {
    asked: positionals.map((word) => word.toLowerCase()),
    stores: values.stores.split(",").map((name) => oneOf("store", storeNames, name)),
    size,
    rounds: wholeNumber("--rounds", values.rounds ?? String(sizeNamed(size).rounds)),
    originalsRounds: wholeNumber("--rounds", values.rounds ?? String(sizeNamed(size).originals.rounds)),
    withPeers: oneOf("choice of peers", ["all", "none"], values.peers) === "all",
    folder: values.folder,
    isWritten: values.write,
    stored: (values.stored ?? originalsStored[size]).split(",").map((text) => wholeNumber("--stored", text)),
  };
}

function oneOf<T extends string>(what: string, names: readonly T[], name: string): T {
  const found = names.find((each) => each === name);
  if (found === undefined) throw new Error(`there is no ${what} "${name}", only ${names.join(", ")}`);
  return found;
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${option} takes numbers from 1 on, not "${text}"`);
  return Number(text);
}
