import { HoldfastError, type ErrorCode } from "@holdfast/core";

import type { ImportProblem, ImportReport, OnProblem } from "./import-report.ts";

type Problem = Omit<ImportProblem, "kind">;

interface Tally {
  readonly type: string;
  rows: number;
  refused: number;
  readonly changed: Set<string>;
}

/** Keeps count of an import's rows and problems, and says what a problem leads to. */
export class ImportLedger {
  readonly #onProblem: OnProblem;
  readonly #tables = new Map<string, Tally>();
  readonly #problems: ImportProblem[] = [];

  constructor(onProblem: OnProblem = "report") {
    this.#onProblem = onProblem;
  }

  /** Whether a problem ends the import. */
  get fails(): boolean {
    return this.#onProblem === "fail";
  }

  /** Whether a row that would have to be changed is left out instead. */
  get leavesOutChanged(): boolean {
    return this.#onProblem === "skip";
  }

  /** Each table comes once, before its rows. */
  addTable({ table, type, rows }: { readonly table: string; readonly type: string; readonly rows: number }): void {
    this.#tables.set(table, { type, rows, refused: 0, changed: new Set() });
  }

  note(problem: Problem): void {
    this.#problems.push({ kind: "noted", ...problem });
  }

  /** INVALID_ENTITY where a problem is to fail the import. */
  change(problem: Problem): void {
    if (this.fails) throw failure(problem, "INVALID_ENTITY");
    this.#problems.push({ kind: "changed", ...problem });
    if (problem.row !== undefined) this.#tables.get(problem.table ?? "")?.changed.add(problem.row);
  }

  /** The given code, INVALID_ENTITY by default, where a problem is to fail the import. */
  refuse(problem: Problem, code: ErrorCode = "INVALID_ENTITY"): void {
    if (this.fails) throw failure(problem, code);
    this.#problems.push({ kind: "refused", ...problem });
    const tally = this.#tables.get(problem.table ?? "");
    if (tally === undefined || problem.row === undefined) return;
    tally.refused++;
    tally.changed.delete(problem.row);
  }

  get report(): ImportReport {
    const tables = [...this.#tables].map(([table, { type, rows, refused, changed }]) => {
      return { table, type, rows, taken: rows - refused, changed: changed.size, refused };
    });
    return { tables, problems: [...this.#problems] };
  }
}

/** What the row holds stands in no error. */
function failure({ was: _was, became: _became, ...problem }: Problem, code: ErrorCode): HoldfastError {
  const { table, row, reason } = problem;
  const place = row === undefined ? table : `${table ?? ""} ${row}`;
  const message = `nothing was imported${place === undefined ? "" : ` because of ${place}`}: ${reason}`;
  return new HoldfastError(message, { code, details: { ...problem } });
}
