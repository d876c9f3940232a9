import { HoldfastError, liftNothing, risingClock, watchedRounds } from "@holdfast/core";
import type {
  CheckProblem,
  Driver,
  DriverChanges,
  DriverGroup,
  DriverHold,
  DriverOptions,
  GroupResult,
  FeedLimits,
  Guarantees,
  Hold,
  Layout,
  LayoutPruning,
  NextRound,
  RecordText,
  Scalar,
  TypeStats,
  Writer,
} from "@holdfast/core";

import { applyAlone } from "./apply-alone.ts";
import { applyCountedAtOnce } from "./apply-at-once.ts";
import { readChanges } from "./change-feed.ts";
import { checkTables } from "./check-tables.ts";
import { CurrentModel } from "./current-model.ts";
import { epochOf, readEpochStatement } from "./epoch.ts";
import { BackgroundRewrite } from "./layout/background-rewrite.ts";
import { holdsStatement, readHolds, releaseHold, takeHold, withoutPlace } from "./holds.ts";
import { openModel } from "./layout/open-model.ts";
import { planUpgrade } from "./layout/plan-upgrade.ts";
import { pruneLayout } from "./layout/prune-layout.ts";
import { ModelCache } from "./model-cache.ts";
import { pruneTombstones } from "./prune.ts";
import type { PruneRun } from "./prune.ts";
import { queryBuilder } from "./query-builder.ts";
import { readNumber } from "./record-codec.ts";
import { noResult } from "./sql-connections.ts";
import type { SqlConnection, SqlConnections, SqlResult } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import { inTransaction } from "./in-transaction.ts";
import { getStatement, recordsAt, SqlReader } from "./sql-reader.ts";
import type { RowsRead } from "./sql-reader.ts";
import { SqlWriter } from "./sql-writer.ts";
import { Templates } from "./statement.ts";
import type { Statement } from "./statement.ts";
import { readStats } from "./stats.ts";
import type { Table } from "./tables.ts";
import { tellingReference } from "./telling-reference.ts";
import type { ReferenceParts } from "./telling-reference.ts";
import { whileBusy } from "./while-busy.ts";
import { writeInTurn } from "./write-in-turn.ts";

/** One SQL store that is not open yet: what a leaf package says of it. */
export interface SqlStore {
  readonly dialect: SqlDialect;
  /** Where the tables stand, in databases that have schemas. */
  readonly schema?: string;
  connect(options: DriverOptions): Promise<SqlConnections>;
}

interface Opened {
  readonly connections: SqlConnections;
  readonly options: DriverOptions;
  readonly models: ModelCache;
  readonly current: CurrentModel;
  readonly clock: () => number;
}

/** The driver of every SQL store: the dialect says what differs, the connections do what touches the database. */
export class SqlDriver extends SqlReader implements Driver {
  readonly joinsReads = true;
  readonly applyInTurn?: (next: NextRound) => Promise<void>;
  readonly #store: SqlStore;
  #context: SqlContext;
  #opened: Opened | undefined;
  #connections: SqlConnections | undefined;
  #rewriting: BackgroundRewrite | undefined;
  #closing: Promise<void> | undefined;

  constructor(store: SqlStore) {
    super();
    const { dialect, schema } = store;
    this.#store = store;
    if (dialect.atOnce?.change !== undefined) this.applyInTurn = (next) => this.#writeInTurn(next);
    const builder = queryBuilder(dialect.kysely, schema);
    this.#context = { dialect, schema, builder, templates: new Templates(), lift: liftNothing };
  }

  get guarantees(): Guarantees {
    return this.#known().guarantees;
  }

  get identity(): string {
    return this.#known().identity;
  }

  async open(declared: Layout, options: DriverOptions): Promise<Layout> {
    const connections = await this.#store.connect(options);
    this.#connections = connections;
    this.#context = { ...this.#context, lift: options.lift ?? liftNothing };
    const { models, layout, left } = await openModel(this.#context, connections, declared, options);
    const { keepsClock } = this.#context.dialect;
    const now = (): number => options.stamps.now();
    this.#opened = {
      connections,
      options,
      models,
      current: new CurrentModel(this.#context, models, (statements) => connections.read(statements)),
      clock: keepsClock ? now : risingClock(now),
    };
    const parts = { context: this.#context, connections, models };
    const mayChange = options.access === "write" && options.layout === "upgrade";
    const canLift = mayChange && options.lift !== undefined && options.lift !== liftNothing;
    if (left !== "nothing" || canLift) {
      this.#rewriting = new BackgroundRewrite(parts, { left, declared, canLift }, options.logger);
    }
    return layout;
  }

  async apply(groups: readonly DriverGroup[], signal?: AbortSignal): Promise<readonly GroupResult[]> {
    const context = this.#context;
    const work = (connection: SqlConnection, opened: Opened) => {
      const { models, clock } = opened;
      const apply = () => applyAlone({ context, models, clock }, connection, groups, signal);
      const tenants = () => new Set(groups.flat().map(({ tenant }) => tenant));
      return tellingReference({ ...this.#parts(connection, opened), tenants }, apply);
    };
    for (;;) {
      const { models, current } = this.#open();
      const model = models.current;
      try {
        const results = await this.#patiently(() => this.#lend("write", work, signal), signal);
        if (results.some((group) => group.some(({ ok }) => ok))) this.#connections?.announce?.();
        return results;
      } catch (thrown) {
        if (!(await current.mayPass(thrown, model))) throw thrown;
        signal?.throwIfAborted();
      }
    }
  }

  applyAtOnce(group: DriverGroup): GroupResult | undefined {
    const { connections, models, clock, options } = this.#open();
    if (options.access === "read") return undefined;
    const result = applyCountedAtOnce({ context: this.#context, models, clock }, connections, group);
    if (result !== undefined) connections.announce?.();
    return result;
  }

  /** A declared type stays in its table, so nothing else has to be known. Whatever is in the way is met again. */
  getAtOnce(tenant: string, type: string, ids: readonly string[]): readonly (RecordText | undefined)[] | undefined {
    const { connections, models } = this.#open();
    const table = models.current.table(type);
    if (connections.readAtOnce === undefined || table.layout === undefined || ids.length === 0) return undefined;
    const result = connections.readAtOnce(getStatement(this.#context, table, tenant, type, ids));
    return result && recordsAt(tenant, type, ids, result.rows);
  }

  async transaction<T>(mode: "read" | "write", work: (writer: Writer) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const whole = async (connection: SqlConnection, opened: Opened): Promise<T> => {
      const { models, clock } = opened;
      const context = this.#context;
      const [epoch = noResult] = await connection.begin(mode, [readEpochStatement(context)]);
      const run = (statements: readonly Statement[]) => connection.execute(statements);
      const model = await models.at(epochOf(epoch).epoch, context, run);
      const tenants = new Set<string>();
      const writer = new SqlWriter({ context, connection, models: new ModelCache(model), clock, mode, tenants });
      const result = await work(writer);
      writer.throwFailure();
      const commit = () => connection.commit([], writer.evidence);
      await tellingReference({ ...this.#parts(connection, opened), tenants: () => tenants }, commit);
      if (writer.evidence !== undefined) this.#connections?.announce?.();
      return result;
    };
    return this.#lend(mode, whole, signal);
  }

  async planLayout(declared: Layout, options: DriverOptions): Promise<readonly string[]> {
    this.#connections = await this.#store.connect(options);
    return planUpgrade(this.#context, this.#connections, declared);
  }

  async pruneLayout(declared: Layout, mode: "preview" | "apply"): Promise<LayoutPruning> {
    const { connections, models } = this.#open();
    return pruneLayout({ context: this.#context, connections, models }, declared, mode);
  }

  async now(): Promise<number> {
    const { options } = this.#open();
    const { dialect, builder } = this.#context;
    if (dialect.clock === undefined) return Math.floor(options.stamps.now());
    const [result = noResult] = await this.#read([builder.selectNoFrom(dialect.clock.as("now")).compile()]);
    return readNumber(result.rows[0] ?? {}, "now");
  }

  async stats(): Promise<readonly TypeStats[]> {
    return readStats(this.#context, await this.#open().current.newest(), (statements) => this.#read(statements));
  }

  async check(): Promise<readonly CheckProblem[]> {
    const found = await this.#open().connections.check();
    const model = await this.#open().current.newest();
    const run = (statements: readonly Statement[]) => this.#read(statements);
    return [...found, ...(await checkTables(this.#context, model, run))];
  }

  async prune(before: number, signal?: AbortSignal): Promise<number> {
    const now = Math.floor(this.#open().options.stamps.now());
    const read = (statements: readonly Statement[]) => this.#read(statements);
    const write: PruneRun["write"] = (work) => this.#lend("write", work);
    return pruneTombstones({ context: this.#context, read, write }, { before, now, signal });
  }

  async hold(hold: DriverHold): Promise<void> {
    return this.#lend("write", (connection) => takeHold(this.#context, connection, hold));
  }

  async release(tenant: string, name: string): Promise<boolean> {
    return this.#lend("write", (connection) => releaseHold(this.#context, connection, tenant, name));
  }

  async holds(): Promise<readonly Hold[]> {
    const [found = noResult] = await this.#read([holdsStatement(this.#context)]);
    return readHolds(found).map(withoutPlace);
  }

  changes(tenant: string, after: readonly Scalar[] | undefined, limits: FeedLimits): Promise<DriverChanges> {
    const look = async (connection: SqlConnection, { models }: Opened): Promise<DriverChanges> => {
      const context = this.#context;
      const first = (statements: readonly Statement[]) => connection.begin("read", statements);
      const run = (statements: readonly Statement[]) => connection.execute(statements);
      const read = await readChanges({ context, models, first, run }, { tenant, after, limits });
      await connection.commit([]);
      return read;
    };
    return this.#patiently(() => this.#lend("read", look));
  }

  wake(follower: AbortSignal): Promise<void> | undefined {
    return this.#connections?.wake?.(follower);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#opened = undefined;
    this.#closing ??= this.#close();
    await this.#closing;
  }

  protected override get context(): SqlContext {
    return this.#context;
  }

  protected override readRows(type: string, statementFor: (table: Table) => Statement): Promise<RowsRead> {
    return this.#patiently(() => this.#open().current.rows(type, statementFor));
  }

  async #close(): Promise<void> {
    await this.#rewriting?.stop();
    await this.#connections?.close();
  }

  async #writeInTurn(next: NextRound): Promise<void> {
    const context = this.#context;
    const announced = watchedRounds(next, () => this.#connections?.announce?.());
    await this.#lend("write", async (connection, { models, clock }) => {
      if (connection.beginsAhead === true) await writeInTurn({ context, models, clock }, connection, announced);
    });
  }

  #parts(connection: SqlConnection, { connections, models }: Opened): Omit<ReferenceParts, "tenants"> {
    const run = (statements: readonly Statement[]) => connection.execute(statements);
    const read = (statements: readonly Statement[]) => connections.read(statements);
    return { context: this.#context, model: models.current, run, read };
  }

  #read(statements: readonly Statement[]): Promise<readonly SqlResult[]> {
    return this.#patiently(() => this.#open().connections.read(statements));
  }

  #patiently<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return whileBusy(this.#open().options.busyTimeoutMs, work, signal);
  }

  #lend<T>(
    mode: "read" | "write",
    work: (connection: SqlConnection, opened: Opened) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const opened = this.#open();
    if (mode === "write" && opened.options.access === "read") {
      throw new HoldfastError(`${this.identity} was opened with access: "read"`, { code: "STORE_READ_ONLY" });
    }
    return inTransaction(opened.connections, mode, (connection) => work(connection, opened), signal);
  }

  #open(): Opened {
    if (this.#opened === undefined) throw notOpen();
    return this.#opened;
  }

  /** What is known from the opening on, even behind the end. */
  #known(): SqlConnections {
    if (this.#connections === undefined) throw notOpen();
    return this.#connections;
  }
}

function notOpen(): HoldfastError {
  return new HoldfastError("the store is not open", { code: "STORE_CLOSED" });
}
