import { setTimeout as delay } from "node:timers/promises";

import type { Stamps, Store } from "@holdfast/core";

import { save } from "./shorthand.ts";

const hour = 3_600_000_000;
/** So long does an hour take at most, in milliseconds. */
const hourMsMost = 250;

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

  /** Until what was deleted before may be forgotten once it is old: a cursor is then above all of it. */
  async settle(store: Store): Promise<void> {
    const tenant = "settling";
    const old = { type: "Clock", tenant, id: "old", version: this.#made++ + 1, deleted: this.#time - 720 * hour };
    await store.tenant(tenant).write([{ restore: old }]);
    await this.passUntil(store, async () => (await store.tenant(tenant).stats()).tombstones === 0);
  }

  /**
   * Hour by hour, with a write in each, until something holds: stores forget in the background, behind writes, and not
   * while a transaction of anybody on the server is older. So that no days go by meanwhile, an hour takes longer and longer.
   */
  async passUntil(store: Store, holds: () => Promise<boolean>): Promise<void> {
    for (let hours = 0; !(await holds()); hours++) {
      this.#time += hour;
      await save(store, "Clock", "tick");
      if (hours > 0) await delay(Math.min(hours, hourMsMost));
    }
  }
}
