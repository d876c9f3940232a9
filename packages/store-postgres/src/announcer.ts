import type { Channel } from "./listen.ts";
import type { ServerPool } from "./pool.ts";
import { unlessSilent } from "./silence.ts";
import { within } from "./within.ts";

/** Of one process, for all its stores on one place. */
const pauseMs = 50;
const closingMs = 1_000;

/** When a place may be announced on again, by the clock of `performance.now`. */
const freeAt = new Map<string, number>();

/**
 * Tells other processes that something was committed: behind the commit, on another connection, and no more often than
 * every 50 ms, so a write neither waits for it nor can fail by it. Where it fails, followers find out by the clock.
 */
export class Announcer {
  readonly #pool: ServerPool;
  readonly #place: string;
  readonly #channel: Channel;
  #timer: NodeJS.Timeout | undefined;
  #sent: Promise<void> = Promise.resolve();

  /** `place` names the store, as its identity does. */
  constructor(pool: ServerPool, place: string, channel: Channel) {
    this.#pool = pool;
    this.#place = place;
    this.#channel = channel;
  }

  announce(): void {
    if (this.#timer !== undefined) return;
    const now = performance.now();
    const at = Math.max(now, freeAt.get(this.#place) ?? now);
    freeAt.set(this.#place, at + pauseMs);
    this.#timer = setTimeout(() => this.#send(), at - now).unref();
  }

  /** Announces what is still to be announced, but does not wait long for it. */
  async close(): Promise<void> {
    if (this.#timer !== undefined) this.#send();
    await within(closingMs, this.#sent).catch(() => undefined);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sent = this.#sent.then(() => this.#notify()).catch(() => undefined);
  }

  async #notify(): Promise<void> {
    const { client } = await this.#pool.take();
    const { silenceMs } = this.#pool.limits;
    const values = [this.#channel.name, this.#channel.sender];
    try {
      await unlessSilent(client, silenceMs, client.query({ text: "select pg_catalog.pg_notify($1, $2)", values }));
    } finally {
      client.release();
    }
  }
}
