import type { CheckProblem, Guarantees } from "@holdfast/core";

import type { Statement } from "./statement.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface SqlResult {
  readonly rows: readonly Row[];
  /** How many rows the statement changed. */
  readonly affected: number;
}

/** For a place in a list of results that is always there. */
export const noResult: SqlResult = { rows: [], affected: 0 };

/** `upgrade`: a writer that changes tables. Foreign keys may be left unchecked in it; who upgrades checks them. */
export type TransactionMode = "read" | "write" | "upgrade";

/** What tells afterwards whether a transaction was committed, for a connection that is lost while it commits. */
export interface CommitEvidence {
  /** What the dialect's `transactionToken` gave inside the transaction. */
  readonly token: string;
  /** Finds a row exactly where one of the transaction's writes stands. */
  readonly witness: Statement;
}

/**
 * One connection, lent to one transaction. Statements that are given together run in their order, sent in one go where
 * the database allows it; of several failures the first counts. Everything thrown is a HoldfastError.
 */
export interface SqlConnection {
  /** Whether its statements may have an `input`, as far as is known by now. @default false */
  readonly takesRows?: boolean;
  /** Whether `writeAtOnce` may be called. @default false */
  readonly writesAtOnce?: boolean;
  /** Whether a transaction may begin on it while the commit of the one before it is not answered yet. @default false */
  readonly beginsAhead?: boolean;
  /**
   * Runs one statement that is a transaction of its own, and gives what it gave once that is committed. Where no answer
   * comes, what became of it is asked by the statement that `fateOf` makes, when it can no longer be done: that gives one
   * row, whose `fate` is "done", "undone" or "unknown", and where it is done what else the statement would have given.
   * `since`: no transaction of a lower number can have been it.
   */
  writeAtOnce?(statement: Statement, fateOf: (since: string) => Statement): Promise<SqlResult>;
  /** Opens a transaction, waiting for the turn where writers take turns, and runs its first statements. */
  begin(mode: TransactionMode, statements: readonly Statement[]): Promise<readonly SqlResult[]>;
  execute(statements: readonly Statement[]): Promise<readonly SqlResult[]>;
  /** Runs the last statements and commits. Resolves only if the database confirmed it. */
  commit(statements: readonly Statement[], evidence?: CommitEvidence): Promise<void>;
  /** Never throws: a connection that cannot roll back is closed, which does the same. */
  rollback(): Promise<void>;
}

/** The open connections of one store: what a leaf package writes, once its dialect is said. */
export interface SqlConnections {
  readonly guarantees: Guarantees;
  readonly identity: string;
  /** Reads outside of transactions: each statement sees all that was committed before it. */
  read(statements: readonly Statement[]): Promise<readonly SqlResult[]>;
  /** A read of one statement that is done when this comes back; undefined where it would have to wait, or fails. */
  readAtOnce?(statement: Statement): SqlResult | undefined;
  /** Lends a connection that nobody else uses until `work` settles. The signal ends the wait for it with its reason. */
  lend<T>(mode: TransactionMode, work: (connection: SqlConnection) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /**
   * Does a transaction of two statements before it comes back: the first, and the one that is made of what that gives.
   * Undefined where nothing was done: others write, or are in the way, the first one's result makes no second, or a
   * statement fails. Then it is done as any other, which waits, or finds out why. Throws as a commit does.
   */
  transactAtOnce?(first: Statement, secondOf: (result: SqlResult) => Statement | undefined): SqlResult | undefined;
  /** Tells followers in other processes that something was committed: soon, beside all else, and without ever failing. */
  announce?(): void;
  /** As a driver's. */
  wake?(follower: AbortSignal): Promise<void> | undefined;
  /** What the database itself finds wrong: damage, and settings that weaken what is promised. */
  check(): Promise<readonly CheckProblem[]>;
  /** Closes every connection, once what is lent is given back. */
  close(): Promise<void>;
}
