import { mkdtemp } from "node:fs/promises";
import { basename, join } from "node:path";
import { createDatabase } from "@holdfast-tooling/pg-test";
import { storeNames } from "../subject.ts";
import type { Entity, Place, StoreName, System } from "../subject.ts";
import type { SizeName } from "../workloads/sizes.ts";
import type { Workload } from "../workloads/workload.ts";
import { runWorkload } from "./run-workload.ts";
import type { Measured } from "./run-workload.ts";
import { reasonOf } from "./reason-of.ts";
import { Side } from "./side.ts";
import { someAtOnce } from "./some-at-once.ts";

export interface StoreRun {
  readonly store: StoreName;
  readonly systems: readonly System[];
  readonly workloads: readonly Workload[];
  readonly folder: string;
  readonly size: SizeName;
  readonly rounds: number;
  /** Of the Postgres server; empty where it is not needed. */
  readonly serverUrl: string;
  readonly tell: (line: string) => void;
  /** Told of each workload when it is over. */
  readonly onMeasured: (measured: Measured) => void;
}

/** All systems of one kind of store beside each other, each in its own process and place. */
export async function runStore(run: StoreRun): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const entity of ["plain", "lifecycle"] as const) {
    const workloads = run.workloads
      .filter((workload) => workload.entity === entity)
      .filter(({ stores = storeNames }) => stores.includes(run.store));
    if (workloads.length > 0) measured.push(...(await runEntity(entity, { ...run, workloads })));
  }
  return measured;
}

async function runEntity(entity: Entity, run: StoreRun): Promise<readonly Measured[]> {
  await using open = new AsyncDisposableStack();
  const opened = await someAtOnce(run.systems, async (system) => {
    try {
      return open.use(await Side.open(system, run.size, await placeFor(entity, run)));
    } catch (error) {
      run.tell(`${system.name} is left out: ${reasonOf(error)}`);
      return undefined;
    }
  });
  const sides = opened.filter((side) => side !== undefined);
  const measured: Measured[] = [];
  for (const workload of run.workloads) {
    const one = await runWorkload(workload, sides, run.rounds);
    run.onMeasured(one);
    measured.push(one);
  }
  await someAtOnce(sides, (side) =>
    side.verify().catch((error: unknown) => run.tell(`${side.system.name}, opened again: ${reasonOf(error)}`)),
  );
  return measured;
}

async function placeFor(entity: Entity, { folder, serverUrl }: StoreRun): Promise<Place> {
  const own = await mkdtemp(join(folder, "system-"));
  const name = basename(own).toLowerCase();
  return { folder: own, databaseUrl: serverUrl === "" ? "" : await createDatabase(serverUrl, name), entity };
}
