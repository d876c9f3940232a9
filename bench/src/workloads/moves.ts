import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../run/bench.ts";
import { fillStore } from "../subjects/fill-store.ts";
import { called } from "./called.ts";
import { timed } from "./timed.ts";
import type { Round, Size, Workload } from "./workload.ts";

const roundsMost = 3;

/**
 * W9: all documents of another store of ours are moved into an empty one; and all are written into an archive. Ours reads
 * the other store, and compares hashes of both sides afterwards. The limit has all rows ready in memory before it begins:
 * into the same table with the same indexes, in one transaction with the same isolation and sync, and on Postgres by one
 * `COPY` as psql would.
 */
export function moves({ few, some, many }: Size): readonly Workload[] {
  const shared = { entity: "plain", withVariants: false, unit: "/s", operations: 1, isWhole: true } as const;
  const beside = "its writing alone, before the two stores are compared";
  const moved = `moving ${many.toLocaleString("en")} documents`;
  return [
    {
      ...shared,
      key: "w9",
      beside,
      title: `${moved} in, SQLite from JSON and Postgres from SQLite`,
      needs: ["takeOver"],
      stores: ["sqlite", "postgres"],
      stored: few,
      roundsMost,
      prepare: (bench) => moving(bench, many, bench.system.store === "sqlite" ? "json" : "sqlite"),
    },
    {
      ...shared,
      key: "w9j",
      beside,
      title: `${moved} in, Postgres from JSON`,
      needs: ["takeOver"],
      stores: ["postgres"],
      stored: few,
      roundsMost,
      prepare: (bench) => moving(bench, many, "json"),
    },
    {
      ...shared,
      key: "w9a",
      title: "writing an archive",
      needs: ["archive"],
      stored: some,
      isWhole: false,
      prepare: archiving,
    },
  ];
}

async function moving(bench: Bench, many: number, from: "json" | "sqlite"): Promise<Round> {
  const { folder } = await bench.freshPlace();
  const source = `${from}:${join(folder, "source")}`;
  await fillStore(source, many);
  return async () => {
    await using target = await bench.openAt(await bench.freshPlace());
    const takeOver = await called(target.subject, "takeOver")(source);
    let written: number | undefined;
    const sample = await timed(many, () => {
      const started = performance.now();
      return takeOver(() => (written = (many * 1000) / (performance.now() - started)));
    });
    const found = await target.subject.count();
    if (found !== many) throw new Error(`${found} documents came over, not ${many}`);
    return { ...sample, beside: written ?? sample.value };
  };
}

async function archiving(bench: Bench): Promise<Round> {
  const archive = called(bench.subject, "archive");
  const { folder } = await bench.freshPlace();
  return async () => {
    const file = join(folder, randomUUID());
    const sample = await timed(bench.stored, () => archive(file));
    await rm(file);
    return sample;
  };
}
