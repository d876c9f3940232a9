import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { createDatabase } from "@holdfast-tooling/pg-test";
import { subjectCalls } from "../subject.ts";
import type { Place, SubjectCall, System } from "../subject.ts";
import type { Round, Sample, Size, Workload } from "../workloads/workload.ts";
import { analyze } from "./analyze.ts";
import { Bench } from "./bench.ts";
import { findPace, warmUp } from "./warm-up.ts";

/** One system in this process: what is done to it, workload after workload, in one store that grows. */
export class MeasuredSubject implements AsyncDisposable {
  readonly #system: System;
  readonly #bench: Bench;
  #filled: { readonly workload: Workload; readonly round: Round } | undefined;
  #operations = 1;

  private constructor(system: System, bench: Bench) {
    this.#system = system;
    this.#bench = bench;
  }

  static async open(system: System, place: Place): Promise<MeasuredSubject> {
    return new MeasuredSubject(system, await openBench(system, place));
  }

  get calls(): readonly SubjectCall[] {
    return subjectCalls.filter((call) => this.#bench.subject[call] !== undefined);
  }

  /** Fills the store as far as the workload needs it, or the other one, of those that add to it. */
  async fill(workload: Workload): Promise<void> {
    this.#filled = undefined;
    const bench = workload.isAdding === true ? await this.#bench.growing() : this.#bench;
    await bench.fillTo(workload.stored);
    this.#filled = { workload, round: await workload.prepare(bench) };
  }

  /** Runs it until it is warm. */
  async warm(size: Size): Promise<void> {
    const { workload, round } = this.#found();
    this.#operations = workload.isWhole === true ? 1 : await warmUp(round, workload, size);
  }

  /** Looks once more how many operations a round has. */
  async pace(size: Size): Promise<void> {
    const { workload, round } = this.#found();
    if (workload.isWhole !== true) this.#operations = await findPace(round, workload, size, this.#operations);
  }

  round(): Promise<Sample> {
    return this.#found().round(this.#operations);
  }

  /** Opens what it has kept once more; fails unless all of it is there. */
  async verify(): Promise<void> {
    const kept = await this.#bench.kept();
    await this.#bench[Symbol.asyncDispose]();
    for (const { place, stored } of kept) {
      await using again = await this.#system.open(place);
      const found = await again.count();
      if (found !== stored) throw new Error(`${found} documents are there, not the ${stored} that were saved`);
    }
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
    place,
    freshPlace,
    openAt: (other) => openBench(system, other),
    settle: async () => (place.databaseUrl === "" ? undefined : analyze(place.databaseUrl)),
  });
}
