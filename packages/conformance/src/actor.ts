import type { Store, StoreSession, TransactionOptions } from "@holdfast/core";

import { gate } from "./gate.ts";
import type { Gate } from "./gate.ts";
import { waitAWhile } from "./wait-a-while.ts";

type Act = (session: StoreSession) => Promise<unknown>;
interface Step {
  readonly act: Act | "commit" | "roll back";
  readonly done: Gate;
}

/**
 * A transaction that is played step by step from outside, beside others. A step that has to wait (for the one writer, for
 * a lock) is left waiting and the script goes on, so a script ends on every backend. When the store runs the work again,
 * all steps so far are played again, and what counts is what the last run saw.
 */
export class Actor {
  /** What the steps of the last run answered, in turn. */
  seen: unknown[] = [];
  readonly #store: Store;
  readonly #script: Step[] = [];
  readonly #ended: Promise<"committed" | "rolled back" | Error>;
  #more = gate();

  constructor(store: Store, options: TransactionOptions = {}) {
    this.#store = store;
    this.#ended = store
      .transaction((session) => this.#play(session), { tries: 100, ...options })
      .then(
        (result) => result,
        (thrown: unknown) => (thrown instanceof RolledBack ? "rolled back" : asError(thrown)),
      );
  }

  /** Takes a step, and waits for it a while. */
  async does(act: Act): Promise<void> {
    await this.#continue(act);
  }

  async commits(): Promise<void> {
    await this.#continue("commit");
  }

  async rollsBack(): Promise<void> {
    await this.#continue("roll back");
  }

  /** Waits for the end, which every other transaction must have been told. */
  async ended(): Promise<"committed" | "rolled back" | Error> {
    return this.#ended;
  }

  async #continue(act: Step["act"]): Promise<void> {
    const done = gate();
    this.#script.push({ act, done });
    this.#more.open();
    await waitAWhile(this.#store, Promise.race([done.opened, this.#ended]));
  }

  async #play(session: StoreSession): Promise<"committed"> {
    this.seen = [];
    for (let at = 0; ; at++) {
      const { act, done } = await this.#step(at);
      if (act === "commit") return "committed";
      if (act === "roll back") throw new RolledBack();
      this.seen.push(await act(session));
      done.open();
    }
  }

  async #step(at: number): Promise<Step> {
    for (;;) {
      const step = this.#script[at];
      if (step !== undefined) return step;
      this.#more = gate();
      await this.#more.opened;
    }
  }
}

class RolledBack extends Error {}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
