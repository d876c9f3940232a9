import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { createDatabase } from "@holdfast-tooling/pg-test";
import { subjectCalls } from "../subject.ts";
import type { Place, SubjectCall, System } from "../subject.ts";
import type { Round, Sample, Size, Workload } from "../workloads/workload.ts";
import { analyze } from "./analyze.ts";
import { Bench } from "./bench.ts";
import { pace } from "./pace.ts";

/** A system that is slow is not asked for thousands before it is known how slow. */
const firstTry = 5;
const stepUp = 10;
/** A pace is known once it is not found to be so many times as fast as it was tried with. */
const settled = 2;

/** One system in this process: what is done to it, workload after workload, in one store that grows. */
export class MeasuredSubject implements AsyncDisposable {
  readonly #system: System;
  readonly #place: Place;
  readonly #bench: Bench;
  #filled: { readonly workload: Workload; readonly round: Round } | undefined;
  #operations = 1;

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

  /** Fills the store as far as the workload needs it. */
  async fill(workload: Workload): Promise<void> {
    this.#filled = undefined;
    await this.#bench.fillTo(workload.stored);
    this.#filled = { workload, round: await workload.prepare(this.#bench) };
  }

  /** Runs it until it is warm and its pace is known. */
  async warm(size: Size): Promise<void> {
    const { workload, round } = this.#found();
    this.#operations = workload.isWhole === true ? 1 : await warmed(round, workload, size);
  }

  round(): Promise<Sample> {
    return this.#found().round(this.#operations);
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

  #found(): { readonly workload: Workload; readonly round: Round } {
    if (this.#filled === undefined) throw new Error("nothing was prepared");
    return this.#filled;
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
    settle: async () => (place.databaseUrl === "" ? undefined : analyze(place.databaseUrl)),
  });
}

/** Runs it until it is warm, with more operations at a time as it turns out how fast it is; how many a round has. */
async function warmed(round: Round, workload: Workload, { fewest, roundMs, warmMs }: Size): Promise<number> {
  const { operations: most, patience = 1 } = workload;
  const end = performance.now() + warmMs;
  for (let operations = Math.min(firstTry, most); ;) {
    const started = performance.now();
    await round(operations);
    const milliseconds = performance.now() - started;
    const found = pace({ operations, milliseconds }, { fewest, most, roundMs: roundMs * patience });
    if (found <= operations * settled && performance.now() >= end) return found;
    operations = Math.min(found, operations * stepUp);
  }
}
