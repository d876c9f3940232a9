import { setTimeout as delay } from "node:timers/promises";

import type { ClientConfig } from "pg";

import { GuardedClient } from "./guarded-client.ts";
import { within } from "./within.ts";

const answerMs = 5_000;
const firstPauseMs = 50;
const longestPauseMs = 5_000;
const longestMs = 120_000;

/** One process of the server, which no other has the same of. */
export interface ServerSession {
  readonly pid: number;
  /** When it began, as the server writes it. */
  readonly began: string;
}

/** What a session is known by, for a query of `pg_stat_activity`. */
export const sessionBegan = "extract(epoch from backend_start)::pg_catalog.text";

/**
 * Ends a session; gives no row where there is none any longer. A session at work is left alone: its statement was asked
 * to end by other means, and may end well.
 */
export const sessionEnding = `select case when wait_event operator(pg_catalog.=) 'ClientRead'
    then pg_catalog.pg_terminate_backend(pid) else false end as ended
  from pg_catalog.pg_stat_activity
  where pid operator(pg_catalog.=) $1 and ${sessionBegan} operator(pg_catalog.=) $2`;

/**
 * Asks the server, on new connections, to end a session that waits for a client who is gone without the network having
 * said so: its transaction would keep its locks for as long as that. A session that is still at work, and a server that
 * cannot be reached, are asked again for two minutes; keeps no process alive for it. Never throws.
 */
export async function endSession(config: ClientConfig, session: ServerSession): Promise<void> {
  const deadline = performance.now() + longestMs;
  for (let pauseMs = firstPauseMs; performance.now() < deadline; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    if (await isEnded(config, session)) return;
    await delay(pauseMs, undefined, { ref: false });
  }
}

/** False where the session is at work, or the server could not be asked. */
async function isEnded(config: ClientConfig, { pid, began }: ServerSession): Promise<boolean> {
  const client = new GuardedClient(config);
  client.on("error", () => undefined);
  try {
    await within(answerMs, client.connect());
    const query = client.query<{ readonly ended: boolean }>({ text: sessionEnding, values: [pid, began] });
    const [found] = (await within(answerMs, query)).rows;
    return found === undefined || found.ended;
  } catch {
    return false;
  } finally {
    client.connection.stream.destroy();
  }
}
