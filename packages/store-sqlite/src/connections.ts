/**
 * One connection writes, in the order in which writers came; it holds SQLite's write lock from the first statement of
 * a transaction on, and so keeps out the writers of other processes, which wait on timers. Readers have connections of
 * their own and never wait: a single read sees the last commit, a read transaction one snapshot. Single reads go to the
 * writer's connection while nobody writes. The log is synced at
 * each commit, or left to the system where the durability says so. Statements hold the thread while they run; between
 * statements the event loop turns. Network file systems, whose locks do not hold, are not supported.
 */
import { HoldfastError, Hints, TurnShare, WorkQueue } from "@holdfast/core";
import type { CheckProblem, DriverOptions, Guarantees } from "@holdfast/core";
import type { SqlConnection, SqlConnections, SqlResult, Statement, TransactionMode } from "@holdfast/store-sql";

import { checkRuntime } from "./check-runtime.ts";
import { checkDatabase } from "./check-database.ts";
import { classifyError } from "./classify-error.ts";
import { databaseFile } from "./database-file.ts";
import type { DatabaseFile } from "./database-file.ts";
import { explained } from "./explained.ts";
import { HeldDatabase } from "./held-database.ts";
import { LogKeeper } from "./log-keeper.ts";
import { refuseLostLog } from "./lost-log.ts";
import { openReader, openWriter } from "./open-database.ts";
import type { Driver } from "./open-database.ts";
import { privateCopy } from "./private-copy.ts";
import { ReaderPool } from "./reader-pool.ts";
import { retryBusy } from "./retry-busy.ts";
import { logBytesKept } from "./settings.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { watchFile } from "./watch-file.ts";

export async function connectSqlite(name: string, options: DriverOptions): Promise<SqlConnections> {
  checkRuntime(process.versions["napi"]);
  const file = await databaseFile(name, options.access);
  try {
    return await connectTo(file, options);
  } catch (thrown) {
    if (options.access !== "read" || !isUnreadableInPlace(thrown)) throw thrown;
    const { path } = file;
    options.logger.warn(
      "SQLite cannot read the database where it is, so a private copy is read: it follows no changes",
      { path },
    );
    return await connectTo(await privateCopy(file), options);
  }
}

async function connectTo(file: DatabaseFile, options: DriverOptions): Promise<SqlConnections> {
  try {
    if (file.kind === "file") await refuseLostLog(file.path);
    const { default: driver } = await import("better-sqlite3");
    const connections = new SqliteConnections(driver, file, options);
    await connections.open();
    return connections;
  } catch (thrown) {
    await file.remove();
    throw explained(classifyError(thrown), file, options.access);
  }
}

/** The index of the log can neither be found nor made, for no reason that the system tells. */
function isUnreadableInPlace(thrown: unknown): boolean {
  if (!HoldfastError.is(thrown) || "system" in thrown.details) return false;
  const { code } = thrown.details;
  return typeof code === "string" && /^SQLITE_(?:CANTOPEN|READONLY)/.test(code);
}

/** Statements have so much of a turn of the event loop at most, in milliseconds. */
const turnMs = 10;

class SqliteConnections implements SqlConnections {
  readonly guarantees: Guarantees;
  readonly identity: string;
  readonly #driver: Driver;
  readonly #file: DatabaseFile;
  readonly #options: DriverOptions;
  readonly #turn = new TurnShare(turnMs);
  readonly #writers = new WorkQueue();
  readonly #readers: ReaderPool;
  readonly #hints: Hints;
  readonly #log: LogKeeper;
  readonly #closing = new AbortController();
  readonly #held: HeldDatabase;
  #writer: SqliteConnection | undefined;

  constructor(driver: Driver, file: DatabaseFile, options: DriverOptions) {
    this.#driver = driver;
    this.#file = file;
    this.#options = options;
    this.#held = new HeldDatabase(file.path);
    this.#readers = new ReaderPool((use) => {
      const isKnown = this.#writer !== undefined;
      return this.#connect(() => openReader(driver, file.path, { use, isKnown }));
    });
    this.#hints = new Hints((ring) => watchFile(file.path, ring, options.logger));
    this.#log = new LogKeeper(
      { path: file.path, logger: options.logger },
      {
        keptBytes: logBytesKept,
        lookEveryBytes: logBytesKept / 16,
        warnedBytes: 4 * logBytesKept,
        bytesPerMs: 512 * 1024,
        patienceMostMs: options.busyTimeoutMs,
      },
    );
    this.identity = `sqlite:${file.named}`;
    this.guarantees = {
      isolation: "serializable",
      writers: file.kind === "memory" ? "process" : "host",
      durability: file.kind === "memory" ? "none" : options.durability,
      staleReads: file.kind === "copy",
      hints: file.kind === "file" ? "watch" : "store",
    };
  }

  async open(): Promise<void> {
    try {
      if (this.#options.access === "write") this.#writer = await this.#openWriter();
      await this.#readers.share(async () => undefined);
    } catch (thrown) {
      await this.#closeAll();
      throw thrown;
    }
  }

  async read(statements: readonly Statement[]): Promise<readonly SqlResult[]> {
    const [statement] = statements;
    const result = statement === undefined || statements.length > 1 ? undefined : this.readAtOnce(statement);
    return result === undefined ? this.#readers.share((reader) => reader.execute(statements)) : [result];
  }

  /**
   * The writer's connection answers a single statement while nobody writes: what it wrote itself stands in its memory,
   * where a reader's is void after each commit. A moment later somebody may write on it.
   */
  readAtOnce(statement: Statement): SqlResult | undefined {
    const writer = this.#writer;
    if (writer === undefined || writer.isSpent || !this.#writers.isIdle || this.#held.isLost) return undefined;
    return writer.runAtOnce(statement);
  }

  lend<T>(mode: TransactionMode, work: (connection: SqlConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (mode === "read") return this.#readers.lend(work);
    return this.#writers.run(async () => {
      if (this.#writer?.isSpent === true) this.#writer.close();
      if (this.#writer === undefined || this.#writer.isSpent) this.#writer = await this.#openWriter();
      this.#writer.heed(signal);
      try {
        return await work(this.#writer);
      } finally {
        this.#tendBehind(this.#writer);
      }
    }, signal);
  }

  transactAtOnce(first: Statement, secondOf: (result: SqlResult) => Statement | undefined): SqlResult | undefined {
    const writer = this.#writer;
    if (writer === undefined || writer.isSpent || !this.#writers.isIdle || this.#held.isLost) return undefined;
    try {
      return writer.transactAtOnce(first, secondOf);
    } finally {
      this.#tendBehind(writer);
    }
  }

  wake(follower: AbortSignal): Promise<void> | undefined {
    return this.#file.kind === "file" ? this.#hints.wake(follower) : undefined;
  }

  check(): Promise<readonly CheckProblem[]> {
    return checkDatabase((statements) => this.read(statements));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#hints.close();
    await this.#writers.run(() => this.#closeAll());
    await this.#file.remove();
  }

  #tendBehind(writer: SqliteConnection): void {
    // Beside another database, the log would be taken for that one's.
    if (this.#held.isLost) writer.emptyLog();
    else this.#tendLog(writer.takeWritten());
  }

  /** The writer goes last: the last connection empties the log into the database and removes it. */
  async #closeAll(): Promise<void> {
    await this.#readers.close();
    if (this.#held.isLost) this.#writer?.emptyLog();
    this.#writer?.close();
    this.#writer = undefined;
  }

  /** In a turn of its own, so that whoever has written has the answer before. */
  #tendLog(written: number): void {
    if (!this.#log.hasGrown(written) || !this.#log.isDue()) return;
    void this.#writers.run(async () => {
      const writer = this.#writer;
      if (writer === undefined || writer.isSpent || !this.#log.isDue()) return;
      await this.#log.shorten(() => writer.restartLog(), this.#closing.signal);
    });
  }

  #openWriter(): Promise<SqliteConnection> {
    const { durability } = this.#options;
    return this.#connect(() => openWriter(this.#driver, this.#file.path, durability));
  }

  /** Another process that opens or closes the file may lock it for a moment. */
  async #connect(open: () => ReturnType<typeof openReader>): Promise<SqliteConnection> {
    const { busyTimeoutMs, access } = this.#options;
    if (this.#held.isLost) this.#held.check();
    const explain = (error: HoldfastError): HoldfastError => explained(error, this.#file, access);
    const database = await retryBusy(open, busyTimeoutMs).catch((thrown: unknown) => {
      throw explain(classifyError(thrown));
    });
    try {
      this.#held.check();
    } catch (thrown) {
      database.close();
      throw thrown;
    }
    return new SqliteConnection(database, { turn: this.#turn, busyTimeoutMs, held: this.#held, explain });
  }
}
