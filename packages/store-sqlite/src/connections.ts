/**
 * One connection writes, in the order in which writers came; it holds SQLite's write lock from the first statement of
 * a transaction on, and so keeps out the writers of other processes, which wait on timers. Readers have connections of
 * their own and never wait: a single read sees the last commit, a read transaction one snapshot. The log is synced at
 * each commit, or left to the system where the durability says so. Statements hold the thread while they run; between
 * statements the event loop turns. Network file systems, whose locks do not hold, are not supported.
 */
import { Hints, WorkQueue } from "@holdfast/core";
import type { CheckProblem, DriverOptions, Guarantees } from "@holdfast/core";
import type { SqlConnection, SqlConnections, SqlResult, Statement, TransactionMode } from "@holdfast/store-sql";

import { checkRuntime } from "./check-runtime.ts";
import { classifyError } from "./classify-error.ts";
import { databaseFile } from "./database-file.ts";
import type { DatabaseFile } from "./database-file.ts";
import { openReader, openWriter } from "./open-database.ts";
import type { Driver } from "./open-database.ts";
import { ReaderPool } from "./reader-pool.ts";
import { retryBusy } from "./retry-busy.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { TurnShare } from "./turn-share.ts";
import { watchFile } from "./watch-file.ts";

export async function connectSqlite(name: string, options: DriverOptions): Promise<SqlConnections> {
  checkRuntime(process.versions["napi"]);
  const file = await databaseFile(name, options.access);
  try {
    const { default: driver } = await import("better-sqlite3");
    const connections = new SqliteConnections(driver, file, options);
    await connections.open();
    return connections;
  } catch (thrown) {
    await file.remove();
    throw classifyError(thrown);
  }
}

class SqliteConnections implements SqlConnections {
  readonly guarantees: Guarantees;
  readonly identity: string;
  readonly #driver: Driver;
  readonly #file: DatabaseFile;
  readonly #options: DriverOptions;
  readonly #turn = new TurnShare();
  readonly #writers = new WorkQueue();
  readonly #readers: ReaderPool;
  readonly #hints: Hints;
  #writer: SqliteConnection | undefined;

  constructor(driver: Driver, file: DatabaseFile, options: DriverOptions) {
    this.#driver = driver;
    this.#file = file;
    this.#options = options;
    this.#readers = new ReaderPool(() => this.#connect(() => openReader(driver, file.path)));
    this.#hints = new Hints((ring) => watchFile(file.path, ring, options.logger));
    this.identity = `sqlite:${file.path}`;
    this.guarantees = {
      isolation: "serializable",
      writers: file.isTemporary ? "process" : "host",
      durability: file.isTemporary ? "none" : options.durability,
      staleReads: false,
      hints: file.isTemporary ? "store" : "watch",
    };
  }

  async open(): Promise<void> {
    try {
      if (this.#options.access === "write") this.#writer = await this.#openWriter();
      await this.#readers.lend(async () => undefined);
    } catch (thrown) {
      await this.#closeAll();
      throw thrown;
    }
  }

  read(statements: readonly Statement[]): Promise<readonly SqlResult[]> {
    return this.#readers.share((reader) => reader.execute(statements));
  }

  lend<T>(mode: TransactionMode, work: (connection: SqlConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (mode === "read") return this.#readers.lend(work);
    return this.#writers.run(async () => {
      if (this.#writer?.isSpent === true) this.#writer.close();
      if (this.#writer === undefined || this.#writer.isSpent) this.#writer = await this.#openWriter();
      this.#writer.heed(signal);
      return work(this.#writer);
    }, signal);
  }

  wake(follower: AbortSignal): Promise<void> | undefined {
    return this.#file.isTemporary ? undefined : this.#hints.wake(follower);
  }

  async check(): Promise<readonly CheckProblem[]> {
    const [result] = await this.read([{ sql: "pragma integrity_check", parameters: [] }]);
    const found = (result?.rows ?? []).map((row) => String(row["integrity_check"]));
    return found.filter((message) => message !== "ok").map((message) => ({ kind: "integrity", message }));
  }

  async close(): Promise<void> {
    await this.#hints.close();
    await this.#writers.run(() => this.#closeAll());
    await this.#file.remove();
  }

  /** The writer goes last: the last connection empties the log into the database and removes it. */
  async #closeAll(): Promise<void> {
    await this.#readers.close();
    this.#writer?.close();
    this.#writer = undefined;
  }

  #openWriter(): Promise<SqliteConnection> {
    const { durability } = this.#options;
    return this.#connect(() => openWriter(this.#driver, this.#file.path, durability));
  }

  /** Another process that opens or closes the file may lock it for a moment. */
  async #connect(open: () => ReturnType<typeof openReader>): Promise<SqliteConnection> {
    const { busyTimeoutMs } = this.#options;
    return new SqliteConnection(await retryBusy(open, busyTimeoutMs), this.#turn, busyTimeoutMs);
  }
}
