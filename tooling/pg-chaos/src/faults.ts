/** What befalls a server while clients write. Each ends when it has happened; the server may still be on its way back. */
import { setTimeout as delay } from "node:timers/promises";

import type { PostgresServer } from "@holdfast-tooling/pg-test";
import { Client } from "pg";

export const faults = {
  "a stop as in a crash": async (server) => {
    await server.halt("immediate");
    await server.start();
  },
  "a quick stop": async (server) => {
    await server.halt("fast");
    await server.start();
  },
  "the death of its first process": async (server) => {
    await server.halt("killed");
    await server.start();
  },
  "the end of every connection": (server) =>
    onServer(server, async (client) => {
      await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${ofStores}`);
    }),
  // The server takes this for a sign of damaged memory: it ends all connections and recovers.
  "the death of one connection's process": (server) =>
    onServer(server, async (client) => {
      const { rows } = await client.query<{ pid: number }>(
        `select pid from pg_stat_activity where ${ofStores} order by random() limit 1`,
      );
      const [victim] = rows;
      if (victim === undefined) throw new Error("nobody is connected");
      process.kill(victim.pid, "SIGKILL");
    }),
} as const satisfies Readonly<Record<string, (server: PostgresServer) => Promise<void>>>;

export type FaultName = keyof typeof faults;

const returnMs = 30_000;
const askAgainMs = 20;
const ofStores = "application_name = 'holdfast'";

/** Waits for a server that is on its way back. */
async function onServer(server: PostgresServer, work: (client: Client) => Promise<void>): Promise<void> {
  const client = await connected(server.url);
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function connected(url: string): Promise<Client> {
  for (const deadline = Date.now() + returnMs; ; await delay(askAgainMs)) {
    const client = new Client({ connectionString: url });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return client;
    } catch (thrown) {
      if (Date.now() > deadline) throw thrown;
    }
  }
}
