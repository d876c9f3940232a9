import { HoldfastError } from "@holdfast/core";
import type { Logger } from "@holdfast/core";

import { rewrite } from "./rewrite.ts";
import type { WorkParts } from "./work-batch.ts";

/** Brings records over behind an open store, until it is done or stopped: whoever opens the store next goes on with it. */
export class BackgroundRewrite {
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;

  constructor(parts: WorkParts, isOwn: boolean, logger: Logger) {
    this.#ended = this.#run(parts, isOwn, logger);
  }

  /** Waits for the transaction that is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async #run(parts: WorkParts, isOwn: boolean, logger: Logger): Promise<void> {
    const { signal } = this.#stopping;
    try {
      await rewrite(parts, { isOwn, signal });
    } catch (thrown) {
      if (signal.aborted) return;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      const details = HoldfastError.is(thrown) ? { code: thrown.code, ...thrown.details } : {};
      logger.warn(`the new layout is not in force, and queries on what is new in it stay refused: ${reason}`, details);
    }
  }
}
