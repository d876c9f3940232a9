import { setTimeout as delay } from "node:timers/promises";

import { HoldfastError } from "@holdfast/core";
import type { ClientConfig } from "pg";

import { errorCode } from "./classify-error.ts";
import { GuardedClient } from "./guarded-client.ts";
import { readIdentity } from "./server-facts.ts";
import type { ServerIdentity } from "./server-facts.ts";
import { within } from "./within.ts";

const answerMs = 5_000;
const firstPauseMs = 10;
const longestPauseMs = 100;

/** Whom to ask, and for how long. */
export interface ResolvingServer {
  readonly config: ClientConfig;
  /** Undefined where the server did not say who it is; then nothing it says later counts. */
  readonly known: ServerIdentity | undefined;
  readonly patienceMs: number;
}

/** What a server says of something that was lost on its way to a commit; `T` is what is said of it where it is done. */
export type Fate<T> = { readonly done: T } | "undone" | "unknown" | "not yet";

/**
 * Asks a server on new connections, in a transaction of each, until it knows. STORE_UNAVAILABLE, with nothing applied,
 * where it is undone; COMMIT_UNKNOWN where the server cannot be reached, is another one or one in another history, or
 * cannot tell.
 */
export async function settleOutcome<T>(
  server: ResolvingServer,
  cause: unknown,
  ask: (client: GuardedClient) => Promise<Fate<T>>,
): Promise<T> {
  const deadline = performance.now() + server.patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const fate = await askOnce(server, ask).catch((thrown: unknown) => fateOf(thrown));
    if (typeof fate === "object") return fate.done;
    if (fate === "undone") {
      throw new HoldfastError("the connection was lost and the transaction rolled back", {
        code: "STORE_UNAVAILABLE",
        cause,
      });
    }
    if (fate === "unknown") break;
    await delay(pauseMs);
    if (performance.now() >= deadline) break;
  }
  throw new HoldfastError("the connection was lost during the commit, which may stand or not", {
    code: "COMMIT_UNKNOWN",
    outcome: "unknown",
    cause,
  });
}

async function askOnce<T>(
  { config, known }: ResolvingServer,
  ask: (client: GuardedClient) => Promise<Fate<T>>,
): Promise<Fate<T>> {
  const client = new GuardedClient(config);
  client.on("error", () => undefined);
  const asking = async (): Promise<Fate<T>> => {
    await client.connect();
    // Behind a pooler that drops settings, functions are Postgres's own in a transaction only; and each statement has
    // to see what was committed before it.
    await client.query("begin isolation level read committed");
    await client.query("set local search_path = pg_catalog, pg_temp");
    const found = await readIdentity(client);
    if (known === undefined || found?.system !== known.system || found.timeline !== known.timeline) return "unknown";
    return ask(client);
  };
  try {
    return await within(answerMs, asking());
  } finally {
    client.connection.stream.destroy();
  }
}

/**
 * A number of the future is one that a crash took back, before anything under it was on disk. Another error of the
 * server's own says nothing; and a server that does not answer may do so later.
 */
function fateOf(thrown: unknown): "undone" | "unknown" | "not yet" {
  const code = errorCode(thrown) ?? "";
  if (code === futureNumber) return "undone";
  return /^(?:22|42)/.test(code) ? "unknown" : "not yet";
}

const futureNumber = "22023";
