import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { createDatabase } from "@holdfast-tooling/pg-test";
import { subjectCalls } from "../subject.ts";
import type { Place, SubjectCall, System } from "../subject.ts";
import type { Round, Sample, Size, Workload } from "../workloads/workload.ts";
import { Bench } from "./bench.ts";
import { pace } from "./pace.ts";

/** A system that is slow is not asked for thousands before it is known how slow. */
const stepsUp = [20, 200];

/** One system in this process: what is done to it, workload after workload, in one store that grows. */
export class MeasuredSubject implements AsyncDisposable {
  readonly #system: System;
  readonly #place: Place;
  readonly #bench: Bench;
  #round: (() => Promise<Sample>) | undefined;

  private constructor(system: System, place: Place, bench: Bench) {
    this.#system = system;
    this.#place = place;
    this.#bench = bench;
  }

  static async open(system: System, place: Place): Promise<MeasuredSubject> {
    return new MeasuredSubject(system, place, await openBench(system, place));
  }

  get calls(): readonly SubjectCall[] {
    return subjectCalls.filter((call) => this.#bench.subject[call] !== undefined);
  }

  /** Fills the store as far as the workload needs it, and runs it until it is warm. */
  async prepare(workload: Workload, size: Size): Promise<void> {
    await this.#bench.fillTo(workload.stored);
    const round = await workload.prepare(this.#bench);
    this.#round = workload.isWhole === true ? () => round(1) : await warmed(round, workload, size);
  }

  round(): Promise<Sample> {
    if (this.#round === undefined) throw new Error("nothing was prepared");
    return this.#round();
  }

  /** Opens what it has kept once more; fails unless all of it is there. */
  async verify(): Promise<void> {
    const { stored } = this.#bench;
    await this.#bench[Symbol.asyncDispose]();
    await using again = await this.#system.open(this.#place);
    const found = await again.count();
    if (found !== stored) throw new Error(`${found} documents are there, not the ${stored} that were saved`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#bench[Symbol.asyncDispose]();
  }
}

async function openBench(system: System, place: Place): Promise<Bench> {
  let made = 0;
  const freshPlace = async (): Promise<Place> => {
    const name = `fresh-${(made += 1)}`;
    const folder = join(place.folder, name);
    await mkdir(folder);
    const { databaseUrl } = place;
    const database = `${basename(place.folder).toLowerCase()}-${name}`;
    return { ...place, folder, databaseUrl: databaseUrl === "" ? "" : await createDatabase(databaseUrl, database) };
  };
  return new Bench({
    system,
    subject: await system.open(place),
    entity: place.entity,
    freshPlace,
    openAt: (other) => openBench(system, other),
  });
}

async function warmed(round: Round, workload: Workload, size: Size): Promise<() => Promise<Sample>> {
  const operations = await paceOf(round, workload, size);
  const end = performance.now() + size.warmMs;
  while (performance.now() < end) await round(operations);
  return () => round(operations);
}

async function paceOf(round: Round, { operations: most }: Workload, { roundMs }: Size): Promise<number> {
  for (const operations of stepsUp.filter((step) => step < most)) {
    const started = performance.now();
    await round(operations);
    const found = pace({ operations, milliseconds: performance.now() - started }, { most, roundMs });
    if (found <= operations) return found;
  }
  const started = performance.now();
  await round(most);
  return pace({ operations: most, milliseconds: performance.now() - started }, { most, roundMs });
}
