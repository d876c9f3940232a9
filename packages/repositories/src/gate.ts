import { AsyncLocalStorage } from "node:async_hooks";
import { HoldfastError } from "@holdfast/core";

interface Passage {
  isUnderWay: boolean;
}

/** Lets calls pass until it is closed; closing waits for those that passed. */
export class Gate {
  #isClosed = false;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #around = new AsyncLocalStorage<Passage>();

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** STORE_CLOSED once the gate is closed. */
  readonly pass = async <T>(call: () => Promise<T>): Promise<T> => {
    if (this.#isClosed) throw new HoldfastError("the store is closed", { code: "STORE_CLOSED" });
    const passage = { isUnderWay: true };
    const running = this.#around.run(passage, call);
    this.#underWay.add(running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(running);
      passage.isUnderWay = false;
    }
  };

  /** TRANSACTION_OUTER_USE from inside a call that would have to end first. */
  async close(): Promise<void> {
    if (this.#around.getStore()?.isUnderWay === true) {
      throw new HoldfastError("the store was closed inside a transaction on it, which would have to end first", {
        code: "TRANSACTION_OUTER_USE",
      });
    }
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
  }
}
