import type { CommitEvidence } from "@holdfast/store-sql";

import { settleOutcome } from "./settle-outcome.ts";
import type { ResolvingServer } from "./settle-outcome.ts";

/**
 * Resolves if a transaction whose connection was lost during its COMMIT was committed after all. STORE_UNAVAILABLE,
 * with nothing applied, if it was rolled back. COMMIT_UNKNOWN if the server cannot be reached, or is another one, or one
 * in another history, or if what the transaction wrote has been written over since: a crash may give a transaction's
 * number to another one, so the number alone proves nothing. A transaction that the commit never reached may wait for it
 * as long as the network keeps its connection: the server is asked to end it.
 */
export async function resolveCommit(
  server: ResolvingServer,
  { token, witness }: CommitEvidence,
  cause: unknown,
): Promise<void> {
  await settleOutcome(server, cause, async (client) => {
    const { rows } = await client.query<{ status: string | null }>({ text: statusQuery, values: [token] });
    const said = rows[0]?.status;
    if (said === "aborted") return "undone";
    if (said === "in progress") {
      await client.query({ text: endingQuery, values: [token] });
      return "not yet";
    }
    if (said !== "committed") return "unknown";
    const { rowCount } = await client.query({ text: witness.sql, values: [...witness.parameters] });
    return rowCount !== null && rowCount > 0 ? { done: undefined } : "unknown";
  });
}

const statusQuery = "select pg_xact_status($1::xid8) as status";
/** Only one that waits for its client: what the server works on, a commit above all, is left to it. */
const endingQuery = `select pg_terminate_backend(pid) from pg_stat_activity
  where backend_xid = $1::xid8::xid and wait_event = 'ClientRead'`;
