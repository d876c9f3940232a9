import type { Checked } from "./check-left.ts";
import type { Kill, Run } from "./run-writer.ts";

/** Counts what was done, for people to read. */
export class KillTally {
  readonly #kills = new Map<string, number>();
  #acknowledgements = 0;
  #checkedStores = 0;
  #checkedSteps = 0;

  add(kill: Kill, run: Run, checked: readonly Pick<Checked, "reached">[]): void {
    if (run.ended === "killed") this.#kills.set(kindOf(kill), (this.#kills.get(kindOf(kill)) ?? 0) + 1);
    this.#acknowledgements += run.acknowledgements;
    this.#checkedStores += checked.length;
    for (const { reached } of checked) for (const steps of reached) this.#checkedSteps += steps;
  }

  /** Processes that were killed. */
  get kills(): number {
    return [...this.#kills.values()].reduce((sum, each) => sum + each, 0);
  }

  figures(): Readonly<Record<string, number>> {
    const kinds = [...this.#kills].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      "killed processes": this.kills,
      ...Object.fromEntries(kinds),
      "acknowledged writes": this.#acknowledgements,
      "stores opened and compared after a kill": this.#checkedStores,
      "steps compared": this.#checkedSteps,
    };
  }
}

function kindOf(kill: Kill): string {
  switch (kill.by) {
    case "nobody":
      return "killed by nobody";
    case "time":
      return kill.after === "did" ? "killed while they wrote" : "killed while they opened";
    case "call":
      return `killed at a system call (${kill.fault.kind ?? "kill-before"})`;
    default:
      return kill satisfies never;
  }
}
