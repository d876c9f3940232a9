import { TurnShare } from "@holdfast/core";
import type { Clock } from "./clock.ts";

/** A sync that takes longer is not worth standing still for, in milliseconds: the way to another thread takes far less. */
const slowMs = 5;
/** What all others get of the time, at least, for one part that slow syncs take of the calling thread. */
const timesFree = 8;
/** How long others wait for their turn at most, but for the sync that is under way, in milliseconds. */
const turnMs = 1;

/**
 * Says whether a small round is synced on the calling thread. It is as long as the disk is quick: then the way to another
 * thread and back costs as much as the sync itself. After one that took long, syncs go beside the thread for so many times as
 * long, so a slow disk is waited for on the thread for a small part of the time only. Between two syncs on the thread all
 * others have a turn once a millisecond, whoever asks for the second.
 */
export class SyncPace {
  readonly #clock: Pick<Clock, "now" | "behindOthers">;
  #besideUntil = Number.NEGATIVE_INFINITY;
  readonly #share: TurnShare;

  constructor(clock: Pick<Clock, "now" | "behindOthers">) {
    this.#clock = clock;
    this.#share = new TurnShare(turnMs, clock);
  }

  get isQuick(): boolean {
    return this.#clock.now() >= this.#besideUntil;
  }

  /** The turn that others have to have first; undefined where they had it a moment ago. */
  turnOfOthers(): Promise<void> | undefined {
    return this.#share.take();
  }

  /** Syncs on the calling thread, and takes note of how long that was. */
  hold(sync: () => void): void {
    const begun = this.#clock.now();
    sync();
    const ended = this.#clock.now();
    if (ended - begun > slowMs) this.#besideUntil = ended + (ended - begun) * timesFree;
  }
}
