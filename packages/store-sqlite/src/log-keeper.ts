/**
 * Keeps SQLite's log from growing without end. SQLite itself copies the log into the database at every few thousand
 * pages, and begins it anew at a moment when all is copied and nobody reads from it. With readers that overlap, or with
 * several processes that write all the time, that moment may not come. So above a size this process stops writing for a
 * little and asks for it: readers that begin meanwhile read the database itself, those of before end. The larger the log,
 * the longer that takes at most; a read transaction ends at its time limit, and so the log is bounded.
 */
import { statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import type { Logger } from "@holdfast/core";

export interface LogLimits {
  /** Up to here the log may stand, in bytes. */
  readonly keptBytes: number;
  /** From here on it is warned of, once for each doubling. */
  readonly warnedBytes: number;
  /** It is looked at each time that so many bytes can have been written. */
  readonly lookEveryBytes: number;
  /** Writers wait a millisecond for each so many bytes of the log. */
  readonly bytesPerMs: number;
  /** How long they wait at most, in milliseconds. */
  readonly patienceMostMs: number;
}

export interface LogPlace {
  /** Of the database. */
  readonly path: string;
  readonly logger: Logger;
}

/** Copies the log and begins it anew; whether nobody was in the way. */
type RestartLog = () => boolean;

/** Growth, since it was last in vain, before it is tried again. */
const growth = 1.25;
const pauseMs = 5;

export class LogKeeper {
  readonly #place: LogPlace;
  readonly #limits: LogLimits;
  #unseen = 0;
  #triedAt = 0;
  #warnAt: number;

  constructor(place: LogPlace, limits: LogLimits) {
    this.#place = place;
    this.#limits = limits;
    this.#warnAt = limits.warnedBytes;
  }

  /**
   * Whether so much has been written that the log is worth a look: to look after each commit would cost more than the
   * look, see HeldDatabase.
   *
   * @param bytes what the log can have grown by since this was last asked
   */
  hasGrown(bytes: number): boolean {
    this.#unseen += bytes;
    if (this.#unseen < this.#limits.lookEveryBytes) return false;
    this.#unseen = 0;
    return true;
  }

  /** Whether it is time to shorten the log. */
  isDue(): boolean {
    const bytes = this.#bytes();
    if (bytes <= this.#limits.keptBytes) {
      this.#triedAt = 0;
      this.#warnAt = this.#limits.warnedBytes;
      return false;
    }
    this.#warn(bytes);
    return bytes > this.#triedAt * growth;
  }

  /** Tries until the log can begin anew, for as long as its size is worth; nobody here may write meanwhile. */
  async shorten(restart: RestartLog, signal: AbortSignal): Promise<void> {
    const bytes = this.#bytes();
    const { bytesPerMs, patienceMostMs } = this.#limits;
    const end = performance.now() + Math.min(bytes / bytesPerMs, patienceMostMs);
    while (!restart()) {
      this.#triedAt = bytes;
      if (performance.now() >= end || signal.aborted) return;
      await delay(pauseMs);
    }
  }

  #bytes(): number {
    try {
      return statSync(`${this.#place.path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    } catch {
      return 0;
    }
  }

  #warn(bytes: number): void {
    if (bytes < this.#warnAt) return;
    this.#warnAt = bytes * 2;
    const { path, logger } = this.#place;
    const mebibytes = Math.round(bytes / 2 ** 20);
    logger.warn(
      `the log of the database has grown to ${mebibytes} MiB, because somebody has been reading from it all the time: look for long read transactions, here and in other processes`,
      { path, bytes },
    );
  }
}
