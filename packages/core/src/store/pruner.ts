import type { Driver } from "../driver.ts";
import { HoldfastError } from "../errors.ts";
import type { Logger } from "../open-options.ts";
import type { Stamps } from "../stamps.ts";
import { isTransient } from "./retry.ts";

const hourUs = 3_600_000_000;

export interface PrunerOptions {
  readonly driver: Pick<Driver, "prune">;
  readonly stamps: Pick<Stamps, "now">;
  readonly logger: Logger;
  /** How long tombstones are kept, in milliseconds; with `Infinity`, none is ever forgotten. */
  readonly keepMs: number;
}

/**
 * Forgets old tombstones, beside the writes and behind them: after the first write of a process, and after the first in
 * each hour from then on, or in each tenth of the time that tombstones are kept, whichever is shorter.
 */
export class Pruner {
  readonly #options: PrunerOptions;
  readonly #over = new AbortController();
  #last: number | undefined;
  #running: Promise<void> | undefined;

  constructor(options: PrunerOptions) {
    this.#options = options;
  }

  /** Call it behind each write. Waits for nothing and throws nothing. */
  afterWrite(): void {
    const { stamps, keepMs } = this.#options;
    if (this.#running !== undefined || this.#over.signal.aborted || keepMs === Infinity) return;
    const now = Math.floor(stamps.now());
    const every = Math.min(hourUs, keepMs * 100);
    // A clock that was put back shall not keep it waiting for as long as that was.
    if (this.#last !== undefined && now >= this.#last && now - this.#last < every) return;
    this.#last = now;
    this.#running = this.#prune(now - Math.ceil(keepMs * 1_000)).finally(() => (this.#running = undefined));
  }

  /** Stops between two batches. */
  async close(): Promise<void> {
    this.#over.abort();
    await this.#running;
  }

  async #prune(before: number): Promise<void> {
    const { driver, logger } = this.#options;
    try {
      await driver.prune(before, this.#over.signal);
    } catch (thrown) {
      const code = HoldfastError.is(thrown) ? thrown.code : "BACKEND_FAILURE";
      if (!isTransient(thrown)) logger.warn("old tombstones could not be forgotten; it is tried again later", { code });
    }
  }
}
