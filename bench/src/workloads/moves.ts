import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Bench } from "../run/bench.ts";
import { fillStore } from "../subjects/fill-store.ts";
import { called } from "./called.ts";
import { timed } from "./timed.ts";
import type { Round, Size, Workload } from "./workload.ts";

const roundsMost = 3;

/** W9: all documents of another store of ours are moved into an empty one; and all are written into an archive. */
export function moves({ few, some, many }: Size): readonly Workload[] {
  const shared = { entity: "plain", withVariants: false, unit: "/s", operations: 1, isWhole: true } as const;
  return [
    {
      ...shared,
      key: "w9",
      title: `moving ${many.toLocaleString("en")} documents in, SQLite from JSON and Postgres from SQLite`,
      needs: ["takeOver"],
      stores: ["sqlite", "postgres"],
      stored: few,
      roundsMost,
      prepare: (bench) => moving(bench, many),
    },
    {
      ...shared,
      key: "w9a",
      title: "writing an archive",
      needs: ["archive"],
      stored: some,
      prepare: archiving,
    },
  ];
}

async function moving(bench: Bench, many: number): Promise<Round> {
  const { folder } = await bench.freshPlace();
  const source =
    bench.system.store === "sqlite" ? `json:${join(folder, "source.json")}` : `sqlite:${join(folder, "source.db")}`;
  await fillStore(source, many);
  return async () => {
    await using target = await bench.openAt(await bench.freshPlace());
    const takeOver = called(target.subject, "takeOver");
    const sample = await timed(many, await takeOver(source));
    const found = await target.subject.count();
    if (found !== many) throw new Error(`${found} documents came over, not ${many}`);
    return sample;
  };
}

async function archiving(bench: Bench): Promise<Round> {
  const archive = called(bench.subject, "archive");
  const { folder } = await bench.freshPlace();
  return () => timed(bench.stored, () => archive(join(folder, randomUUID())));
}
