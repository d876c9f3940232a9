import { HoldfastError, type ErrorCode } from "@holdfast/core";

/** Something that stands in the way of a copy, or that whoever makes one should know. */
export interface PlanProblem {
  /**
   * `layout`: the models of both sides do not go together. `target`: the target holds what is not of the source.
   * `document`: the target takes no such document. `duplicate`: it wants a value to be unique that is not. `orphan`: a
   * reference leads nowhere.
   */
  readonly kind: "layout" | "target" | "document" | "duplicate" | "orphan";
  /** Whether a copy fails for it; else it is only told. */
  readonly blocks: boolean;
  /** The error that the target would give. */
  readonly code: ErrorCode;
  readonly message: string;
  readonly tenant?: string;
  readonly type?: string;
  readonly id?: string;
}

/** Keeps the first problems, and counts all. */
export class PlanProblems {
  readonly #most: number;
  readonly kept: PlanProblem[] = [];
  found = 0;
  blocking = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(problem: PlanProblem): void {
    this.found += 1;
    if (problem.blocks) this.blocking += 1;
    if (this.kept.length < this.#most) this.kept.push(problem);
  }

  /** Adds what the work throws where it is one of these errors. */
  async catching(codes: readonly ErrorCode[], kind: PlanProblem["kind"], work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const code = codes.find((each) => HoldfastError.is(thrown, each));
      if (code === undefined || !HoldfastError.is(thrown)) throw thrown;
      const { tenant, type, id } = thrown.details;
      this.add({ kind, blocks: true, code, message: thrown.message, ...texts({ tenant, type, id }) });
    }
  }
}

function texts(
  given: Readonly<Record<"tenant" | "type" | "id", unknown>>,
): Pick<PlanProblem, "tenant" | "type" | "id"> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value === "string"));
}
