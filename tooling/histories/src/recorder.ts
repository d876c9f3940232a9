/**
 * Writes down what clients ask and what they are told, as it happens. The clock is the monotonic one of the machine, which
 * all its processes read alike; on Linux, at least. Lines go to `write` at once and are not synced.
 */
import { HoldfastError } from "@holdfast/core";
import type { JsonValue } from "@holdfast/core";

import type { HistoryEvent } from "./history.ts";

/** What is known of a call that threw: it was not done, or nobody can tell. Undefined: no failure of the store's. */
export type OutcomeOf = (thrown: unknown) => { readonly outcome: "fail" | "info"; readonly error: string } | undefined;

export interface RecorderOptions {
  /** Takes each event as it happens. */
  readonly write: (event: HistoryEvent) => void;
  /** Where times count from: the same for all recorders of one history. */
  readonly origin: bigint;
  /** @default what the HoldfastError says */
  readonly outcomeOf?: OutcomeOf;
  /** How far apart the numbers are that one client uses in turn: the number of all clients of the history. */
  readonly stride: number;
}

/** One client's part of a history. */
export class Recorder {
  readonly #options: RecorderOptions;
  #process: number;
  #last = -1;

  constructor(client: number, options: RecorderOptions) {
    this.#process = client;
    this.#options = options;
  }

  /** Records a call. `call` gives what was done, or undefined where the store refused it and nothing was done. */
  async record(f: string, value: JsonValue, call: () => Promise<JsonValue | undefined>): Promise<void> {
    this.#write({ type: "invoke", f, value });
    try {
      const answer = await call();
      this.#write(answer === undefined ? { type: "fail", f, value } : { type: "ok", f, value: answer });
    } catch (thrown) {
      const known = (this.#options.outcomeOf ?? holdfastOutcome)(thrown);
      if (known === undefined) throw thrown;
      this.#write({ type: known.outcome, f, value, error: known.error });
      if (known.outcome === "info") this.#process += this.#options.stride;
    }
  }

  #write(event: Omit<HistoryEvent, "process" | "time">): void {
    // A client's own events never stand at one moment, so that sorting by time keeps their order.
    const time = Math.max(Number(process.hrtime.bigint() - this.#options.origin), this.#last + 1);
    this.#last = time;
    this.#options.write({ process: this.#process, time, ...event });
  }
}

function holdfastOutcome(thrown: unknown): ReturnType<OutcomeOf> {
  if (!HoldfastError.is(thrown)) return undefined;
  return { outcome: thrown.outcome === "none" ? "fail" : "info", error: thrown.code };
}
