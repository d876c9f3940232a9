import type { ClientConfig } from "pg";

import { GuardedClient } from "./guarded-client.ts";
import { within } from "./within.ts";

const answerMs = 5_000;

/** One process of the server, which no other has the same of. */
export interface ServerSession {
  readonly pid: number;
  /** When it began, as the server writes it. */
  readonly began: string;
}

/** What a session is known by, for a query of `pg_stat_activity`. */
export const sessionBegan = "extract(epoch from backend_start)::pg_catalog.text";

const endingQuery = `select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
  where pid operator(pg_catalog.=) $1 and ${sessionBegan} operator(pg_catalog.=) $2
    and wait_event operator(pg_catalog.=) 'ClientRead'`;

/**
 * Asks the server, on a new connection, to end a session that waits for a client who is gone without the network having
 * said so: its transaction would keep its locks for as long as that. Never throws: keep-alive finds it out in the end.
 */
export async function endSession(config: ClientConfig, { pid, began }: ServerSession): Promise<void> {
  const client = new GuardedClient(config);
  client.on("error", () => undefined);
  try {
    await within(answerMs, client.connect());
    await within(answerMs, client.query({ text: endingQuery, values: [pid, began] }));
  } catch {
    // A server that cannot be reached has no use for it either.
  } finally {
    client.connection.stream.destroy();
  }
}
