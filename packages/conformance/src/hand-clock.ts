import type { Stamps, Store } from "@holdfast/core";

import { save } from "./shorthand.ts";

const hour = 3_600_000_000;

/** A clock that stands still until a test puts it on. */
export class HandClock implements Stamps {
  /** In microseconds. */
  #time = 1_700_000_000_000_000;
  #made = 0;

  now(): number {
    return this.#time;
  }

  newId(): string {
    return `id-${this.#made++}`;
  }

  passDays(days: number): void {
    this.#time += days * 24 * hour;
  }

  /**
   * Hour by hour, with a write in each, until something holds: stores forget in the background, behind writes, and not
   * while a transaction of anybody on the server is older.
   */
  async passUntil(store: Store, holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) {
      this.#time += hour;
      await save(store, "Clock", "tick");
    }
  }
}
