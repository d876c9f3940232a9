import { mkdir } from "node:fs/promises";
import { join } from "node:path";
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
    const operations = await paceOf(round, workload, size);
    const end = performance.now() + size.warmMs;
    while (performance.now() < end) await round(operations);
    this.#round = () => round(operations);
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
  const subject = await system.open(place);
  const openAnother = async (): Promise<Bench> => {
    const folder = join(place.folder, "small");
    await mkdir(folder);
    return openBench(system, { ...place, folder, databaseUrl: place.smallDatabaseUrl, smallDatabaseUrl: "" });
  };
  return new Bench({ subject, entity: place.entity, openAnother });
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
