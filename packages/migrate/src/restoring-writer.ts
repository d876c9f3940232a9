import { HoldfastError, type StoredRecord, type StoreSession, type Tombstone } from "@holdfast/core";

/** What a record is or, once it is deleted, what stays of it. */
type State = StoredRecord | Tombstone;

/**
 * Writes states of records as they are, a batch at a time. A batch whose order does not suit the target (a record before
 * the one that it refers to, a unique value before its last holder gave it up, a delete before its children's) is set
 * aside, and what was set aside is written at the end, when what it needs is there. It is kept in memory till then; in
 * the order of insertion that is little.
 */
export class RestoringWriter {
  readonly #target: Pick<StoreSession, "write">;
  readonly #aside: State[] = [];
  #written = 0;

  constructor(target: Pick<StoreSession, "write">) {
    this.#target = target;
  }

  /** Records that the target did not have. */
  get written(): number {
    return this.#written;
  }

  async write(states: readonly State[]): Promise<void> {
    const error = await this.#refusal(states);
    if (error !== undefined) this.#aside.push(...states);
  }

  /** All together, since they may need each other; else one by one, as long as that gets any further. */
  async finish(): Promise<void> {
    let left: readonly State[] = this.#aside;
    let error = await this.#refusal(left);
    while (error !== undefined) {
      const refused: State[] = [];
      for (const state of left) {
        const refusal = await this.#refusal([state]);
        if (refusal === undefined) continue;
        refused.push(state);
        error = refusal;
      }
      if (refused.length === left.length) throw error;
      if (refused.length === 0) return;
      left = refused;
    }
  }

  /** Restores the states, or says why their place in the order, or a conflict with others, does not allow it. */
  async #refusal(states: readonly State[]): Promise<HoldfastError | undefined> {
    if (states.length === 0) return undefined;
    try {
      const results = await this.#target.write(states.map((restore) => ({ restore })));
      this.#written += results.filter(({ record }) => record !== undefined).length;
      return undefined;
    } catch (error) {
      if (HoldfastError.is(error, "REFERENCE_VIOLATION") || HoldfastError.is(error, "UNIQUE_VIOLATION")) return error;
      throw error;
    }
  }
}
