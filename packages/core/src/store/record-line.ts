import type { Footing } from "../chained-groups.ts";
import type { RecordText } from "../driver.ts";
import { eventLoopTurn } from "../event-loop-turn.ts";

/** Writes of one record that are under way at once; whoever comes then waits until some have their answers. */
const underWayMost = 256;

/** A record as a write leaves it, if that write is done. */
export interface Tip {
  readonly record: RecordText;
  readonly footing: Footing;
  /** When it is known what became of the write; never rejects. */
  readonly settled: Promise<void>;
}

/** One who waits: who came earlier has the lower number. */
export interface Waiter {
  readonly number: number;
  wake: () => void;
}

/**
 * Those who change one record by what they find in it, in the order they came. Each goes on from what the one before is
 * writing, without waiting for that to be committed. Where a write fails, all that were built on it are let end first;
 * then the earliest of them begins again from what is stored.
 */
export class RecordLine {
  readonly #waiting: Waiter[] = [];
  readonly #leaveLines: () => void;
  #atWork: Waiter | undefined;
  #tip: Tip | undefined;
  #underWay = 0;
  #isLeaving = false;

  /** `leaveLines`: told when nobody stands in the line any more. */
  constructor(leaveLines: () => void) {
    this.#leaveLines = leaveLines;
  }

  /** What the last write leaves; undefined where the record has to be read. */
  get tip(): Tip | undefined {
    return this.#tip;
  }

  enter(waiter: Waiter): void {
    if (this.#waiting.includes(waiter)) return;
    const at = this.#waiting.findLastIndex(({ number }) => number < waiter.number);
    this.#waiting.splice(at + 1, 0, waiter);
  }

  /** Begins the turn of one who stands in the line, if it has come. It ends when that one leaves or hands in a write. */
  begin(waiter: Waiter): boolean {
    if (this.#isOpen && this.#waiting[0] === waiter) this.#atWork = waiter;
    return this.#atWork === waiter;
  }

  leave(waiter: Waiter): void {
    if (this.#atWork === waiter) this.#atWork = undefined;
    const at = this.#waiting.indexOf(waiter);
    if (at === -1) return;
    this.#waiting.splice(at, 1);
    this.#goOn();
  }

  /** `tip` undefined: what the write leaves is not known yet. */
  handIn(waiter: Waiter, tip: Tip | undefined): void {
    this.#underWay += 1;
    this.#tip = tip;
    this.leave(waiter);
  }

  /** A write has its answer. */
  settle(isDone: boolean): void {
    this.#underWay -= 1;
    if (!isDone) this.#tip = undefined;
    this.#goOn();
  }

  /** What was written a while ago may have been changed by others since. */
  forget(tip: Tip): void {
    if (this.#tip === tip) this.#tip = undefined;
  }

  get #isOpen(): boolean {
    if (this.#atWork !== undefined) return false;
    return this.#tip === undefined ? this.#underWay === 0 : this.#underWay < underWayMost;
  }

  #goOn(): void {
    const [next] = this.#waiting;
    if (next !== undefined && this.#isOpen) next.wake();
    else if (next === undefined && this.#underWay === 0 && !this.#isLeaving) void this.#rest();
  }

  /** Who calls again as soon as it has its answer still finds the line, and need not read. */
  async #rest(): Promise<void> {
    this.#isLeaving = true;
    await eventLoopTurn();
    this.#isLeaving = false;
    if (this.#waiting.length === 0 && this.#underWay === 0) this.#leaveLines();
  }
}
