import type { SqlContext } from "./sql-context.ts";
import type { SqlResult } from "./sql-connections.ts";
import { readModelStatement, storedModelOf } from "./layout/model-row.ts";
import type { Statement } from "./statement.ts";
import type { StoredModel } from "./stored-model.ts";

export type RunStatements = (statements: readonly Statement[]) => Promise<readonly SqlResult[]>;

/** The stored model as this process last saw it. Another process may have upgraded it since, which the epoch tells. */
export class ModelCache {
  #current: StoredModel;

  constructor(model: StoredModel) {
    this.#current = model;
  }

  get current(): StoredModel {
    return this.#current;
  }

  /** The model of an epoch that was just read, which is read anew through `run` where it is another one. */
  async at(epoch: number, context: SqlContext, run: RunStatements): Promise<StoredModel> {
    if (epoch === this.#current.epoch) return this.#current;
    const [result] = await run([readModelStatement(context)]);
    const model = storedModelOf(result?.rows[0]);
    this.learn(model);
    return model;
  }

  /** Takes note of a model that is stored by now. */
  learn(model: StoredModel): void {
    if (model.epoch > this.#current.epoch) this.#current = model;
  }
}
