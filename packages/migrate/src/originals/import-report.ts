/**
 * What becomes of a row that cannot be taken as it stands. `report`: all is taken that can be, changed where it must be,
 * and the report lists each change and refusal. `skip`: a row that would have to be changed is left out, and listed.
 * `fail`: the first such row ends the import with an error, and nothing is written. Notes never leave out or fail.
 */
export type OnProblem = "report" | "skip" | "fail";

/** One table of the source, and what became of its rows: each is either taken or refused. */
export interface ImportTable {
  /** As the source names it. */
  readonly table: string;
  /** The type of its records. */
  readonly type: string;
  readonly rows: number;
  /** Rows that became records, the changed ones among them. */
  readonly taken: number;
  /** Rows that were taken with something changed that no document of a store can hold. */
  readonly changed: number;
  /** Rows that became no record. */
  readonly refused: number;
}

/**
 * `changed`: taken, but not as it stands in the source. `refused`: not taken. `noted`: taken as it stands, and worth
 * knowing, such as a reference that leads nowhere.
 */
export interface ImportProblem {
  readonly kind: "changed" | "refused" | "noted";
  /** As the source names it; absent where it is about the source as a whole. */
  readonly table?: string;
  /** Which row, by the source's own number or key; absent where it is about the table. */
  readonly row?: string;
  /** The id of the record, where the row has one that can be an id. */
  readonly id?: string;
  /** One sentence for people, without anything that the row holds. */
  readonly reason: string;
  /** Where in the row, by the source's names. */
  readonly path?: readonly (string | number)[];
  /** What stood there (for a refused row all of it), as JSON text in the source's own notation: `NaN` is `NaN`. */
  readonly was?: string;
  /** What stands in the record instead, as JSON text. */
  readonly became?: string;
}

export interface ImportReport {
  /** By the names of their types. */
  readonly tables: readonly ImportTable[];
  /** In the order of the source. */
  readonly problems: readonly ImportProblem[];
}

/** A report of records that were written into a store. `taken` rows are either written or unchanged. */
export interface WrittenReport extends ImportReport {
  /** Records that this import wrote. */
  readonly written: number;
  /** Records that the store held already, each the same: what an earlier import of the same source wrote. */
  readonly unchanged: number;
}
