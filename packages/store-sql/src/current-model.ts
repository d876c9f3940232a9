import { HoldfastError } from "@holdfast/core";

import { epochOf, readEpochStatement } from "./epoch.ts";
import type { ModelCache, RunStatements } from "./model-cache.ts";
import { noResult } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import type { RowsRead } from "./sql-reader.ts";
import type { Statement } from "./statement.ts";
import type { StoredModel } from "./stored-model.ts";
import type { Table } from "./tables.ts";

/** Keeps reads outside of transactions, and what fails, in step with models that other processes store. */
export class CurrentModel {
  readonly #context: SqlContext;
  readonly #models: ModelCache;
  readonly #read: RunStatements;

  constructor(context: SqlContext, models: ModelCache, read: RunStatements) {
    this.#context = context;
    this.#models = models;
    this.#read = read;
  }

  /**
   * A declared type stays in its table; where an undeclared one stands is asked with the read itself. What a read finds
   * outdated or gone is looked for again where another process has changed the model since.
   */
  async rows(type: string, statementFor: (table: Table) => Statement): Promise<RowsRead> {
    for (;;) {
      const model = this.#models.current;
      try {
        const read = await this.#readOnce(model.table(type), statementFor);
        if (read.epoch === undefined || read.epoch === model.epoch) return read;
        await this.#models.at(read.epoch, this.#context, this.#read);
      } catch (thrown) {
        if (!(await this.mayPass(thrown, model))) throw thrown;
      }
    }
  }

  /** As it is stored now. */
  async newest(): Promise<StoredModel> {
    const [result = noResult] = await this.#read([readEpochStatement(this.#context)]);
    return this.#models.at(epochOf(result).epoch, this.#context, this.#read);
  }

  /** Whether what was thrown may come of a model that another process has changed since, so that it may be tried again. */
  async mayPass(thrown: unknown, model: StoredModel): Promise<boolean> {
    if (!HoldfastError.is(thrown, "LAYOUT_OUTDATED") && !HoldfastError.is(thrown, "BACKEND_FAILURE")) return false;
    const newest = await this.newest().catch(() => model);
    return newest.epoch !== model.epoch;
  }

  async #readOnce(
    table: Table,
    statementFor: (table: Table) => Statement,
  ): Promise<RowsRead & { readonly epoch: number | undefined }> {
    const isSettled = table.layout !== undefined;
    const asked = isSettled ? [statementFor(table)] : [statementFor(table), readEpochStatement(this.#context)];
    const [result = noResult, epochResult = noResult] = await this.#read(asked);
    return { table, rows: result.rows, epoch: isSettled ? undefined : epochOf(epochResult).epoch };
  }
}
