/** What a share of the event loop's turns is measured by. */
export interface TurnClock {
  /** Milliseconds since some moment, which never go back. */
  now(): number;
  /** Runs once when timers, sockets and other callers had their turn. */
  behindOthers(run: () => void): void;
}

const systemClock: TurnClock = {
  now: () => performance.now(),
  behindOthers: (run) => void setImmediate(run),
};

/** Watches how long work that holds the thread has had of the event loop's current turn. */
export class TurnShare {
  readonly #turnMs: number;
  readonly #clock: TurnClock;
  #since: number | undefined;

  /** `turnMs`: how long others wait for their turn at most, but for the piece of work that is being done. In milliseconds. */
  constructor(turnMs: number, clock: TurnClock = systemClock) {
    this.#turnMs = turnMs;
    this.#clock = clock;
  }

  /** Call before a piece of work; await what it gives, if anything, so that timers and sockets have their turn. */
  take(): Promise<void> | undefined {
    if (this.#since === undefined) {
      this.#begin();
      return undefined;
    }
    return this.#clock.now() - this.#since < this.#turnMs ? undefined : this.#nextTurn();
  }

  #nextTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.behindOthers(() => {
        this.#begin();
        resolve();
      });
    });
  }

  #begin(): void {
    this.#since = this.#clock.now();
    this.#clock.behindOthers(() => (this.#since = undefined));
  }
}
