/**
 * A chain: some stores that one process after the other works on, each killed in turn. Behind each kill all stores are
 * checked, either in place, or as a copy: then the next process finds what the killed one left, and is perhaps killed
 * while it recovers that.
 */
import { cp, mkdir, rm } from "node:fs/promises";
import path from "node:path";

import type { Chance } from "@holdfast-tooling/chance";
import { checkLeft } from "./check-left.ts";
import type { Checked } from "./check-left.ts";
import { runWriter } from "./run-writer.ts";
import type { Kill, Run } from "./run-writer.ts";
import type { Plan } from "./steps.ts";
import type { KillTally } from "./kill-tally.ts";
import type { Tools } from "./tools.ts";
import type { Told, Work } from "./work-lines.ts";

export type Scheme = "json" | "sqlite";

export interface Chain {
  readonly scheme: Scheme;
  readonly plan: Plan;
  /** How many stores the processes of the chain work on at once. */
  readonly stores: number;
  /** How many steps each lane does in one process, unless that is killed before. */
  readonly steps: number;
}

type Known = Pick<Checked, "reached" | "isSetUp">;

export class ChainRun implements AsyncDisposable {
  readonly #tools: Tools;
  readonly #chain: Chain;
  readonly #tally: KillTally;
  readonly #home: string;
  #known: readonly Known[];

  constructor(tools: Tools, chain: Chain, tally: KillTally) {
    this.#tools = tools;
    this.#chain = chain;
    this.#tally = tally;
    this.#home = path.join(tools.folder, `${chain.scheme}-${chain.plan.seed}`);
    const nothing: Known = { reached: Array<number>(chain.plan.lanes).fill(0), isSetUp: false };
    this.#known = Array.from({ length: chain.stores }, () => nothing);
  }

  /** The folder of all its stores: each has a folder in it, called by its place, with a file called `data`. */
  get home(): string {
    return this.#home;
  }

  /** Runs one process until it is killed or done, checks what it left, and gives the problems in words. */
  async kill(kill: Kill, chance: Chance): Promise<{ readonly run: Run; readonly problems: readonly string[] }> {
    const { plan, steps, stores } = this.#chain;
    for (let place = 0; place < stores; place++) await mkdir(this.#folder(place), { recursive: true });
    const urls = Array.from({ length: stores }, (_each, place) => this.#url(place));
    const work: Work = { urls, plan, steps };
    const run = await runWriter(this.#tools, work, kill);
    const problems: string[] = [];
    const known: Known[] = [];
    for (const [place, told] of run.told.entries()) {
      const inPlace = chance.below(3) === 0;
      const checked = await this.#checked(place, told, inPlace);
      known.push(checked);
      problems.push(...checked.problems.map((problem) => `store ${place}: ${problem}`));
    }
    this.#known = known;
    this.#tally.add(kill, run, known);
    return { run, problems };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }

  async #checked(place: number, told: Told, inPlace: boolean): Promise<Checked> {
    const before = this.#known[place];
    const acknowledged = told.acknowledged.map((step, lane) => Math.max(step, before?.reached[lane] ?? 0));
    const isSetUp = told.isSetUp || before?.isSetUp === true;
    const left = { plan: this.#chain.plan, isSetUp, acknowledged };
    const problems = told.found === undefined ? [] : notFound(told.found, before?.reached ?? []);
    if (inPlace) {
      const checked = await checkLeft({ ...left, url: this.#url(place) });
      return { ...checked, problems: [...problems, ...checked.problems] };
    }
    const copy = `${this.#folder(place)}-copy`;
    await cp(this.#folder(place), copy, { recursive: true });
    const checked = await checkLeft({ ...left, url: this.#url(place, copy) });
    await rm(copy, { recursive: true });
    return { ...checked, problems: [...problems, ...checked.problems] };
  }

  #folder(place: number): string {
    return path.join(this.#home, String(place));
  }

  #url(place: number, folder = this.#folder(place)): string {
    return `${this.#chain.scheme}:${path.join(folder, "data")}`;
  }
}

/** The next process must see just what the check saw. */
function notFound(found: readonly number[], reached: readonly number[]): readonly string[] {
  return found.flatMap((step, lane) =>
    step === reached[lane] ? [] : [`the next process found lane ${lane} at step ${step}, not ${reached[lane]}`],
  );
}
