/**
 * A connection of its own that does nothing but listen for what other processes announce; the pool stays as it is. A
 * connection that is lost is made anew, after half a second at first and then less and less often, and each time that
 * it listens anew it rings, for what may have been announced meanwhile. Nothing is retried in haste and nothing fails:
 * followers look by the clock as well. Behind a pooler that hands out connections by the transaction nothing would
 * arrive, so it does not listen there.
 */
import { setTimeout as delay } from "node:timers/promises";

import type { HintSource } from "@holdfast/core";
import { escapeIdentifier } from "pg";

import { GuardedClient } from "./guarded-client.ts";
import type { ServerPool } from "./pool.ts";
import { readFacts } from "./server-facts.ts";
import { within } from "./within.ts";

const connectMs = 15_000;
const closingMs = 1_000;
const firstPauseMs = 500;
const longestPauseMs = 60_000;

/** What is announced on, and by whom. */
export interface Channel {
  readonly name: string;
  /** Stands for this open store: its own followers know already. */
  readonly sender: string;
}

/** Where it listens: beside the pool, on connections like the pool's. */
type ListeningPool = Pick<ServerPool, "config" | "settings">;

export function listen(pool: ListeningPool, channel: Channel, ring: () => void): HintSource {
  const over = new AbortController();
  const listening = keepListening(pool, channel, ring, over.signal);
  return {
    close: () => {
      over.abort();
      return listening;
    },
  };
}

async function keepListening(
  pool: ListeningPool,
  channel: Channel,
  ring: () => void,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    const heard = await listenOnce(pool, channel, ring, signal).catch(() => false);
    pauseMs = heard ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs);
    await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** Listens until the connection or the following ends; whether it ever got that far. */
async function listenOnce(
  { config, settings }: ListeningPool,
  { name, sender }: Channel,
  ring: () => void,
  signal: AbortSignal,
): Promise<boolean> {
  const client = new GuardedClient(config);
  const ended = Promise.withResolvers<void>();
  const end = (): void => ended.resolve();
  client.on("error", end).on("end", end);
  client.on("notification", ({ payload }) => {
    if (payload !== sender) ring();
  });
  signal.addEventListener("abort", end, { once: true });
  try {
    await within(connectMs, Promise.race([client.connect(), ended.promise]));
    if (signal.aborted || !(await readFacts(client, settings)).keepsPrepared) return false;
    await within(connectMs, client.query(`listen ${escapeIdentifier(name)}`));
    ring();
    await ended.promise;
    return true;
  } finally {
    signal.removeEventListener("abort", end);
    await within(closingMs, client.end()).catch(() => client.connection.stream.destroy());
  }
}
