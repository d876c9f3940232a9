import { checkHold } from "../holds.ts";
import type { HoldOptions } from "../holds.ts";
import type { Scalar } from "../record.ts";
import type { OpenStore } from "./open-store.ts";
import { againIfTransient } from "./retry.ts";

type Place = readonly Scalar[];

/** Moving a hold is a write, so it lags behind its follower by as much: it then holds a little more than it must. */
const minuteUs = 60_000_000;

/** Keeps one follower's hold where the follower is, by the store's own clock. */
export class FollowerHold implements AsyncDisposable {
  readonly #store: OpenStore;
  readonly #tenant: string;
  readonly #options: Required<HoldOptions>;
  #held: { readonly place: Place; readonly at: number } | undefined;
  #wanted: Place | undefined;

  constructor(store: OpenStore, tenant: string, options: HoldOptions) {
    this.#store = store;
    this.#tenant = tenant;
    this.#options = checkHold(options);
  }

  /** Whoever follows has dealt with all up to this place. */
  async moveTo(place: Place): Promise<void> {
    this.#wanted = place;
    if (this.#isDue(place)) await this.#move(place);
  }

  /** The last that the follower has dealt with, where that is not held yet. Holding more than that does no harm. */
  async [Symbol.asyncDispose](): Promise<void> {
    const place = this.#wanted;
    if (place === undefined || isSame(place, this.#held?.place)) return;
    await this.#move(place).catch(() => undefined);
  }

  #isDue(place: Place): boolean {
    if (this.#held === undefined) return true;
    const passed = Math.abs(this.#now() - this.#held.at);
    const expiry = this.#options.forMs * 1_000;
    return passed >= Math.min(isSame(place, this.#held.place) ? Infinity : minuteUs, expiry / 4);
  }

  async #move(place: Place): Promise<void> {
    const { driver } = this.#store.parts;
    const { name, forMs } = this.#options;
    const moved = this.#now();
    const expires = moved + Math.ceil(forMs * 1_000);
    const hold = { tenant: this.#tenant, name, since: moved, moved, expires, place };
    await this.#store.call({}, (deadline) => againIfTransient(() => driver.hold(hold), deadline));
    this.#held = { place, at: moved };
  }

  #now(): number {
    return Math.floor(this.#store.parts.stamps.now());
  }
}

function isSame(one: Place, other: Place | undefined): boolean {
  return other?.length === one.length && one.every((value, at) => value === other[at]);
}
