import { HoldfastError } from "@holdfast/core";

import { recordsAtOnce } from "./work-batch.ts";

const recordsLeast = 8;

/**
 * How many records a transaction brings over: half as many behind one that others were in the way of, so that it is over
 * before they come by again, and twice as many behind one that was done.
 */
export class BatchSize {
  #records = recordsAtOnce;

  /** Does one batch, and gives how many records it was for. */
  async tried(batch: (records: number) => Promise<void>): Promise<number> {
    const records = this.#records;
    try {
      await batch(records);
    } catch (thrown) {
      if (HoldfastError.is(thrown, "TRANSACTION_CONFLICT"))
        this.#records = Math.max(recordsLeast, Math.floor(records / 2));
      throw thrown;
    }
    this.#records = Math.min(recordsAtOnce, records * 2);
    return records;
  }
}
