import { mkdtemp } from "node:fs/promises";
import { basename, join } from "node:path";
import { createDatabase } from "@holdfast-tooling/pg-test";
import { storeNames } from "../subject.ts";
import type { Entity, Place, StoreName, SubjectCall, System } from "../subject.ts";
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
  /** More documents than this are not put into a system that is slow to fill. */
  readonly slowMost: number;
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
  const known: Known = new Map();
  for (const entity of ["plain", "lifecycle"] as const) {
    const workloads = run.workloads
      .filter((workload) => workload.entity === entity)
      .filter(({ stores = storeNames }) => stores.includes(run.store));
    if (workloads.length > 0) measured.push(...(await runEntity(entity, { ...run, workloads }, known)));
  }
  return measured;
}

/** What peers can do; it is the same for all documents, so that who can do nothing here need not be opened again. */
type Known = Map<System, readonly SubjectCall[]>;

function canDoSome(system: System, workloads: readonly Workload[], known: Known): boolean {
  const calls = known.get(system);
  return calls === undefined || workloads.some(({ needs }) => needs.every((call) => calls.includes(call)));
}

async function runEntity(entity: Entity, run: StoreRun, known: Known): Promise<readonly Measured[]> {
  await using open = new AsyncDisposableStack();
  const systems = run.systems.filter((system) => canDoSome(system, run.workloads, known));
  const opened = await someAtOnce(systems, async (system) => {
    try {
      const side = open.use(await Side.open(system, run.size, await placeFor(entity, run)));
      if (system.side === "peer") known.set(system, side.calls);
      return side;
    } catch (error) {
      known.set(system, []);
      run.tell(`${system.name} is left out: ${reasonOf(error)}`);
      return undefined;
    }
  });
  const sides = opened.filter((side) => side !== undefined);
  const measured: Measured[] = [];
  for (const workload of run.workloads) {
    const one = await runWorkload(workload, sides, run);
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
