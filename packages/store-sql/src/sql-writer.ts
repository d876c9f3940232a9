import { HoldfastError } from "@holdfast/core";
import type { DriverGroup, GroupResult, Tombstone, TypeStats, Writer } from "@holdfast/core";

import { applyRound } from "./apply.ts";
import type { ModelCache } from "./model-cache.ts";
import type { CommitEvidence, SqlConnection, SqlResult } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import { readTombstones } from "./read-tombstones.ts";
import { SqlReader } from "./sql-reader.ts";
import type { RowsRead } from "./sql-reader.ts";
import { readStats } from "./stats.ts";
import type { Statement } from "./statement.ts";
import type { Table } from "./tables.ts";

/** An open transaction, as all of its levels see it. */
export interface OpenTransaction {
  readonly context: SqlContext;
  readonly connection: SqlConnection;
  /** Of the transaction's own snapshot. */
  readonly models: ModelCache;
  readonly clock: () => number;
  readonly mode: "read" | "write";
  /** Takes those that are written to. */
  readonly tenants: Set<string>;
}

/**
 * One level of a transaction: the whole, or a savepoint in it. The first statement that fails dooms its level, because
 * some databases go on as if nothing had happened, and others outside of the transaction.
 */
export class SqlWriter extends SqlReader implements Writer {
  readonly #transaction: OpenTransaction;
  readonly #depth: number;
  #failure: { readonly thrown: unknown } | undefined;
  #evidence: CommitEvidence | undefined;

  constructor(transaction: OpenTransaction, depth = 0) {
    super();
    this.#transaction = transaction;
    this.#depth = depth;
  }

  /** What tells afterwards whether the level's writes were committed; undefined where it wrote nothing. */
  get evidence(): CommitEvidence | undefined {
    return this.#evidence;
  }

  async apply(groups: readonly DriverGroup[]): Promise<readonly GroupResult[]> {
    const { context, connection, models, clock, mode, tenants } = this.#transaction;
    if (mode === "read") {
      throw new HoldfastError("a read-only transaction cannot write", { code: "STORE_READ_ONLY" });
    }
    for (const group of groups) for (const { tenant } of group) tenants.add(tenant);
    const run = (statements: readonly Statement[]) => this.#run(statements);
    const get = this.get.bind(this);
    const takesRows = connection.takesRows === true;
    const round = { context, models, clock, first: run, run, get, takesRows };
    const { results, last, evidence } = await applyRound(round, groups);
    if (last.length > 0) await run(last);
    this.#evidence = evidence ?? this.#evidence;
    return results;
  }

  async savepoint<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    const name = `level_${this.#depth + 1}`;
    await this.#run([command(`savepoint ${name}`)]);
    const inner = new SqlWriter(this.#transaction, this.#depth + 1);
    try {
      const result = await work(inner);
      inner.throwFailure();
      await this.#run([command(`release savepoint ${name}`)]);
      this.#evidence = inner.evidence ?? this.#evidence;
      return result;
    } catch (thrown) {
      await this.#undo(name);
      throw thrown;
    }
  }

  stats(): Promise<readonly TypeStats[]> {
    const { context, models } = this.#transaction;
    return readStats(context, models.current, (statements) => this.#run(statements));
  }

  tombstones(...asked: Parameters<Writer["tombstones"]>): Promise<readonly Tombstone[]> {
    const { context } = this.#transaction;
    return readTombstones(context, (statements) => this.#run(statements), ...asked);
  }

  /** Throws what doomed this level, if anything did. */
  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }

  protected override get context(): SqlContext {
    return this.#transaction.context;
  }

  protected override async readRows(type: string, statementFor: (table: Table) => Statement): Promise<RowsRead> {
    const table = this.#transaction.models.current.table(type);
    const [result] = await this.#run([statementFor(table)]);
    return { table, rows: result?.rows ?? [] };
  }

  async #run(statements: readonly Statement[]): Promise<readonly SqlResult[]> {
    this.throwFailure();
    try {
      return await this.#transaction.connection.execute(statements);
    } catch (thrown) {
      this.#failure = { thrown: asConflict(thrown) };
      throw this.#failure.thrown;
    }
  }

  /** Failing to undo dooms this level, and so the transaction; what the work threw still counts first. */
  async #undo(name: string): Promise<void> {
    const undo = [command(`rollback to savepoint ${name}`), command(`release savepoint ${name}`)];
    await this.#run(undo).catch(() => undefined);
  }
}

/** A row that another transaction keeps locked past all patience is a conflict: the whole may be done again. */
function asConflict(thrown: unknown): unknown {
  if (!HoldfastError.is(thrown, "STORE_BUSY")) return thrown;
  return new HoldfastError(thrown.message, {
    code: "TRANSACTION_CONFLICT",
    cause: thrown.cause,
    details: thrown.details,
  });
}

function command(text: string): Statement {
  return { sql: text, parameters: [] };
}
