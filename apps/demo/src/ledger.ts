import type { Contents } from "./contents.ts";
import { table } from "./table.ts";
import type { RoundOfWork } from "./workload.ts";

/** What was put in, counted where it was put in. */
interface Entry {
  readonly what: string;
  readonly jobs: number;
  readonly cases: number;
  readonly steps: number;
}

/** What the work of all stages comes to, to be held against what the last store has. */
export class Ledger {
  readonly #entries: Entry[] = [];

  addContents(what: string, { jobs, cases, steps }: Contents): void {
    this.#entries.push({ what, jobs, cases, steps });
  }

  addWork(what: string, { jobsStarted, casesStarted, stepsAdded }: RoundOfWork): void {
    this.#entries.push({ what, jobs: jobsStarted, cases: casesStarted, steps: stepsAdded });
  }

  /** Whether the store has all that was put in, and nothing else. */
  addsUpTo({ jobs, cases, steps }: Contents): boolean {
    const sum = this.#sum();
    return sum.jobs === jobs && sum.cases === cases && sum.steps === steps;
  }

  /** The entries, what they come to, and what the store has. */
  text(last: Contents): string {
    const rows = [...this.#entries, this.#sum(), { what: "in the last store", ...last }];
    return table(
      ["", "jobs", "cases", "steps"],
      rows.map(({ what, jobs, cases, steps }) => [what, jobs, cases, steps]),
    );
  }

  #sum(): Entry {
    const none: Entry = { what: "together", jobs: 0, cases: 0, steps: 0 };
    return this.#entries.reduce(
      (sum, { jobs, cases, steps }) => ({
        what: sum.what,
        jobs: sum.jobs + jobs,
        cases: sum.cases + cases,
        steps: sum.steps + steps,
      }),
      none,
    );
  }
}
