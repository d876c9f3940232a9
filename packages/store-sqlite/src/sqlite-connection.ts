import { HoldfastError } from "@holdfast/core";
import type { TurnShare } from "@holdfast/core";
import type { SqlConnection, SqlResult, Statement, TransactionMode } from "@holdfast/store-sql";
import type BetterSqlite3 from "better-sqlite3";

import { classifyError } from "./classify-error.ts";
import type { HeldDatabase } from "./held-database.ts";
import { PreparedStatements } from "./prepared-statements.ts";
import type { Row } from "./prepared-statements.ts";
import { sqliteCode } from "./result-codes.ts";
import { retryBusy } from "./retry-busy.ts";

/** Of the log for each row that a statement changes, beside its text: a page of the table and one of each index. */
const logBytesOfRow = 8 * 4096;

const begin: Statement = { sql: "begin", parameters: [] };
const beginToWrite: Statement = { sql: "begin immediate", parameters: [] };
const commit: Statement = { sql: "commit", parameters: [] };
const rollback: Statement = { sql: "rollback", parameters: [] };

export interface SqliteConnectionParts {
  readonly turn: TurnShare;
  readonly busyTimeoutMs: number;
  /** What must be as it was opened before anything is committed. */
  readonly held: Pick<HeldDatabase, "check">;
  /** Adds to an error what is known of the place. */
  readonly explain: (error: HoldfastError) => HoldfastError;
}

/** One connection to the database file. A statement runs to its end before anything else does in this process. */
export class SqliteConnection implements SqlConnection {
  readonly #database: BetterSqlite3.Database;
  readonly #parts: SqliteConnectionParts;
  readonly #prepared: PreparedStatements;
  #signal: AbortSignal | undefined;
  #isSpent = false;
  #written = 0;
  /** Whether foreign keys go unchecked, as they do while tables are rebuilt. */
  #isUnchecked = false;

  constructor(database: BetterSqlite3.Database, parts: SqliteConnectionParts) {
    this.#database = database;
    this.#prepared = new PreparedStatements(database);
    this.#parts = parts;
  }

  /** A sync failed on it: the system may have dropped what was not written, so it is not asked again. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** Ends waits for other processes with the signal's reason, until the next one is given. */
  heed(signal: AbortSignal | undefined): void {
    this.#signal = signal;
  }

  /** About how much its statements have put into the log since this was last asked, in bytes. */
  takeWritten(): number {
    const written = this.#written;
    this.#written = 0;
    return written;
  }

  async begin(mode: TransactionMode, statements: readonly Statement[]): Promise<readonly SqlResult[]> {
    if (mode === "upgrade") {
      this.#database.pragma("foreign_keys = OFF");
      this.#isUnchecked = true;
    }
    const [, ...results] = await this.execute([mode === "read" ? begin : beginToWrite, ...statements]);
    return results;
  }

  async execute(statements: readonly Statement[]): Promise<readonly SqlResult[]> {
    const results: SqlResult[] = [];
    for (const statement of statements) {
      const pause = this.#parts.turn.take();
      if (pause !== undefined) await pause;
      const result = this.#run(statement);
      results.push(result instanceof Promise ? await result : result);
    }
    return results;
  }

  /** A statement's result. Whatever is in its way is met again by who runs it as any other, and told by what it is. */
  runAtOnce(statement: Statement): SqlResult | undefined {
    if (this.#parts.turn.take() !== undefined) return undefined;
    try {
      return this.#runNow(statement);
    } catch {
      return undefined;
    }
  }

  /** As `SqlConnections` has it. */
  transactAtOnce(first: Statement, secondOf: (result: SqlResult) => Statement | undefined): SqlResult | undefined {
    let isCommitted = false;
    try {
      const result = this.#bothNow(first, secondOf);
      if (result === undefined) return undefined;
      this.#parts.held.check();
      isCommitted = this.#commitsNow();
      return isCommitted ? result : undefined;
    } finally {
      if (!isCommitted) this.#rollBackNow();
    }
  }

  #bothNow(first: Statement, secondOf: (result: SqlResult) => Statement | undefined): SqlResult | undefined {
    if (this.#parts.turn.take() !== undefined) return undefined;
    try {
      this.#prepared.get(beginToWrite.sql).run();
      const result = this.#firstNow(first);
      const second = secondOf(result);
      if (second === undefined) return undefined;
      this.#runNow(second);
      return result;
    } catch {
      return undefined;
    }
  }

  #commitsNow(): boolean {
    try {
      this.#prepared.get(commit.sql).run();
      return true;
    } catch (thrown) {
      if (isRefusal(thrown)) return false;
      throw this.#commitFailure(this.#parts.explain(classifyError(thrown)));
    }
  }

  async commit(statements: readonly Statement[]): Promise<void> {
    if (statements.length > 0) await this.execute(statements);
    this.#checkBeforeCommit();
    try {
      const done = this.#run(commit);
      if (done instanceof Promise) await done;
    } catch (thrown) {
      throw this.#commitFailure(thrown);
    }
    this.#restore();
  }

  async rollback(): Promise<void> {
    try {
      if (this.#database.inTransaction) await this.#run(rollback);
      this.#restore();
    } catch {
      this.#isSpent = true;
    }
  }

  /**
   * Copies the log into the database, so that it begins anew with the next write; whether nobody was in the way. What
   * fails in it fails nobody's write: the log stays, and the next write meets the same disk.
   */
  restartLog(): boolean {
    try {
      const found = this.#database.pragma("wal_checkpoint(RESTART)");
      const [row] = Array.isArray(found) ? found.filter(isRow) : [];
      return row?.["busy"] === 0;
    } catch {
      return false;
    }
  }

  /** Copies what the log holds into the file that it belongs to, wherever that is now, and leaves the log empty. */
  emptyLog(): void {
    try {
      this.#database.pragma("wal_checkpoint(TRUNCATE)");
    } catch {
      // Then all of it stays in the log.
    }
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  /** Without a turn of the event loop between this and the commit. */
  #checkBeforeCommit(): void {
    if (!this.#database.inTransaction) {
      throw new HoldfastError("SQLite has rolled the transaction back by itself", { code: "BACKEND_FAILURE" });
    }
    if (!this.#database.readonly) this.#parts.held.check();
  }

  /** Whatever stands open; nothing where it is committed. */
  #rollBackNow(): void {
    try {
      if (this.#database.inTransaction) this.#runNow(rollback);
    } catch {
      this.#isSpent = true;
    }
  }

  /** Checks are turned off before a transaction and on again behind it: inside, SQLite ignores both. */
  #restore(): void {
    if (!this.#isUnchecked) return;
    this.#database.pragma("foreign_keys = ON");
    this.#isUnchecked = false;
  }

  /** Not async where it need not be: most statements are done at once. */
  #run(statement: Statement): SqlResult | Promise<SqlResult> {
    try {
      return this.#runNow(statement);
    } catch (thrown) {
      if (sqliteCode(thrown)?.startsWith("SQLITE_BUSY") !== true) throw this.#parts.explain(classifyError(thrown));
      return this.#retry(statement);
    }
  }

  async #retry(statement: Statement): Promise<SqlResult> {
    const { busyTimeoutMs, explain } = this.#parts;
    try {
      return await retryBusy(() => this.#runNow(statement), busyTimeoutMs, this.#signal);
    } catch (thrown) {
      throw HoldfastError.is(thrown) ? explain(thrown) : thrown;
    }
  }

  #runNow({ sql, parameters }: Statement): SqlResult {
    const prepared = this.#prepared.get(sql);
    if (prepared.reader) {
      const rows = prepared.all(...parameters);
      if (!prepared.readonly) this.#note(rows.length, parameters);
      return { rows, affected: 0 };
    }
    const { changes } = prepared.run(...parameters);
    this.#note(changes, parameters);
    return { rows: [], affected: changes };
  }

  /** For a statement that gives one row at most: writes are whole before the first row comes. */
  #firstNow({ sql, parameters }: Statement): SqlResult {
    const row = this.#prepared.get(sql).get(...parameters);
    this.#note(1, parameters);
    return { rows: row === undefined ? [] : [row], affected: 0 };
  }

  #note(changes: number, parameters: Statement["parameters"]): void {
    this.#written += changes * logBytesOfRow + textLength(parameters);
  }

  /** A commit that failed in a sync may be found by the next recovery all the same. */
  #commitFailure(thrown: unknown): unknown {
    const cause = thrown instanceof HoldfastError ? thrown.cause : thrown;
    if (sqliteCode(cause)?.startsWith("SQLITE_IOERR") !== true) return thrown;
    this.#isSpent = true;
    // The log could not be written to its end, so the commit's own mark, which comes last, is not in it.
    if (HoldfastError.is(thrown, "STORE_FULL") || HoldfastError.is(thrown, "STORE_READ_ONLY")) return thrown;
    return new HoldfastError("the disk failed during the commit, which may stand or not", {
      code: "COMMIT_UNKNOWN",
      outcome: "unknown",
      cause,
    });
  }
}

/** Whether a constraint or another process is in the way, so that it takes more than to try it. */
function isRefusal(thrown: unknown): boolean {
  const code = sqliteCode(thrown);
  return code?.startsWith("SQLITE_CONSTRAINT") === true || code?.startsWith("SQLITE_BUSY") === true;
}

function textLength(parameters: Statement["parameters"]): number {
  let length = 0;
  for (const parameter of parameters) if (typeof parameter === "string") length += parameter.length;
  return length;
}

function isRow(row: unknown): row is Row {
  return typeof row === "object" && row !== null;
}
