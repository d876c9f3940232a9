import { setTimeout as delay } from "node:timers/promises";

import { HoldfastError } from "@holdfast/core";
import type { CommitEvidence } from "@holdfast/store-sql";
import type { ClientConfig } from "pg";

import { errorCode } from "./classify-error.ts";
import { GuardedClient } from "./guarded-client.ts";
import { readIdentity } from "./server-facts.ts";
import type { ServerIdentity } from "./server-facts.ts";
import { within } from "./within.ts";

const answerMs = 5_000;
const pauseMs = 100;

/** Whom to ask, and for how long. */
export interface ResolvingServer {
  readonly config: ClientConfig;
  /** Undefined where the server did not say who it is; then nothing it says later counts. */
  readonly known: ServerIdentity | undefined;
  readonly patienceMs: number;
}

/**
 * Resolves if a transaction whose connection was lost during its COMMIT was committed after all. STORE_UNAVAILABLE,
 * with nothing applied, if it was rolled back. COMMIT_UNKNOWN if the server cannot be reached, or is another one, or one
 * in another history, or if what the transaction wrote has been written over since: a crash may give a transaction's
 * number to another one, so the number alone proves nothing. A transaction that the commit never reached may wait for it
 * as long as the network keeps its connection: the server is asked to end it.
 */
export async function resolveCommit(server: ResolvingServer, evidence: CommitEvidence, cause: unknown): Promise<void> {
  const deadline = performance.now() + server.patienceMs;
  do {
    const verdict = await ask(server, evidence).catch((thrown: unknown) => verdictOf(thrown));
    if (verdict === "committed") return;
    if (verdict === "aborted") {
      throw new HoldfastError("the connection was lost and the transaction rolled back", {
        code: "STORE_UNAVAILABLE",
        cause,
      });
    }
    if (verdict === "unknown") break;
    await delay(pauseMs);
  } while (performance.now() < deadline);
  throw new HoldfastError("the connection was lost during the commit, which may stand or not", {
    code: "COMMIT_UNKNOWN",
    outcome: "unknown",
    cause,
  });
}

type Verdict = "committed" | "aborted" | "unknown" | "not yet";

async function ask({ config, known }: ResolvingServer, { token, witness }: CommitEvidence): Promise<Verdict> {
  const client = new GuardedClient(config);
  client.on("error", () => undefined);
  try {
    return await within(answerMs, askOn(client));
  } finally {
    client.connection.stream.destroy();
  }

  async function askOn(connecting: GuardedClient): Promise<Verdict> {
    await connecting.connect();
    // Behind a pooler that drops settings, functions are Postgres's own in a transaction only; and each statement has
    // to see what was committed before it.
    await connecting.query("begin isolation level read committed");
    await connecting.query("set local search_path = pg_catalog, pg_temp");
    const found = await readIdentity(connecting);
    if (known === undefined || found?.system !== known.system || found.timeline !== known.timeline) return "unknown";
    const { rows } = await connecting.query<{ status: string | null }>({ text: statusQuery, values: [token] });
    const said = rows[0]?.status;
    if (said === "aborted") return "aborted";
    if (said === "in progress") {
      await connecting.query({ text: endingQuery, values: [token] });
      return "not yet";
    }
    if (said !== "committed") return "unknown";
    const { rowCount } = await connecting.query({ text: witness.sql, values: [...witness.parameters] });
    return rowCount !== null && rowCount > 0 ? "committed" : "unknown";
  }
}

const statusQuery = "select pg_xact_status($1::xid8) as status";
/** Only one that waits for its client: what the server works on, a commit above all, is left to it. */
const endingQuery = `select pg_terminate_backend(pid) from pg_stat_activity
  where backend_xid = $1::xid8::xid and wait_event = 'ClientRead'`;

/**
 * A number of the future is one that a crash took back, before anything under it was on disk. Another error of the
 * server's own says nothing; and a server that does not answer may do so later.
 */
function verdictOf(thrown: unknown): Verdict {
  const code = errorCode(thrown) ?? "";
  if (code === futureNumber) return "aborted";
  return /^(?:22|42)/.test(code) ? "unknown" : "not yet";
}

const futureNumber = "22023";
