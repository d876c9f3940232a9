import type { CallOff, Clock } from "./clock.ts";

/** How long a round stands without its mark, in milliseconds, at least; twice that at most. */
const markDelayMs = 1;

/** Marks the last of the rounds that nothing has followed for a while. One timer stands for all of them. */
export class LaterMark {
  readonly #clock: Pick<Clock, "after">;
  readonly #mark: (round: number) => void;
  /** The last round, as long as it has no mark and nothing follows it. */
  #round: number | undefined;
  #callOff: CallOff | undefined;

  constructor(clock: Pick<Clock, "after">, mark: (round: number) => void) {
    this.#clock = clock;
    this.#mark = mark;
  }

  /** Whether this round is still the last one. */
  isWanted(round: number): boolean {
    return this.#round === round;
  }

  /** A round was done, and is to have its mark where no other comes. */
  later(round: number): void {
    this.#round = round;
    this.#callOff ??= this.#clock.after(markDelayMs, () => this.#due(round));
  }

  /** Another round comes, which says that the one before it is done. */
  followed(): void {
    this.#round = undefined;
  }

  close(): void {
    this.#round = undefined;
    this.#callOff?.();
  }

  #due(round: number): void {
    this.#callOff = undefined;
    if (this.#round === round) this.#mark(round);
    else if (this.#round !== undefined) this.later(this.#round);
  }
}
