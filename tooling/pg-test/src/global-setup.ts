/**
 * Vitest's global setup: one Postgres server for the whole run, shared by every project whose tests may want it.
 *
 * | variable | who sets it | meaning |
 * |---|---|---|
 * | `STORES` | you | the stores to test, of memory, json, sqlite, postgres; all when absent |
 * | `DATABASE_URL` | you | a Postgres server to test against, as a role that may create databases |
 * | `HOLDFAST_TEST_POSTGRES` | this file | the server's URL, for test files and the processes that they start |
 *
 * When postgres is among the stores and `DATABASE_URL` is absent, a server is started. A server that cannot be had fails
 * the run: a test is never skipped for it.
 */
import { Client } from "pg";

import { selectStores } from "./select-stores.ts";
import { startPostgres } from "./start-postgres.ts";

interface UsableServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

interface SharedServer {
  users: number;
  readonly opened: Promise<UsableServer>;
}

// Each project loads this file anew, so what they share hangs on the process.
const shared: { holdfastPostgres?: SharedServer | undefined } = globalThis as object;

/** Called once by each project that has tests to run; answers with what undoes it. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!selectStores(process.env["STORES"]).includes("postgres")) return undefined;
  const server = (shared.holdfastPostgres ??= { users: 0, opened: openServer(process.env["DATABASE_URL"]) });
  server.users += 1;
  const { url, stop } = await server.opened;
  process.env["HOLDFAST_TEST_POSTGRES"] = url;
  return async () => {
    server.users -= 1;
    if (server.users > 0) return;
    shared.holdfastPostgres = undefined;
    delete process.env["HOLDFAST_TEST_POSTGRES"];
    await stop();
  };
}

async function openServer(given: string | undefined): Promise<UsableServer> {
  try {
    if (given === undefined || given === "") {
      const server = await startPostgres();
      return { url: server.url, stop: () => server.stop() };
    }
    const client = new Client({ connectionString: given, connectionTimeoutMillis: 10_000 });
    await client.connect();
    await client.end();
    return { url: given, stop: async () => {} };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const source = given === undefined || given === "" ? "the embedded server" : "DATABASE_URL";
    throw new Error(
      `The tests need Postgres, and ${source} cannot be used.\n${reason}\n` +
        "Name a server in DATABASE_URL, or leave Postgres out with STORES=memory,json,sqlite.",
      { cause },
    );
  }
}
