/**
 * A pool of at most ten connections, shared by reads and writes; nothing about a session outlives a transaction, so a
 * pooler in transaction mode may stand in between. Every statement is serializable, and knows Postgres's own functions
 * only: by the connection's defaults, which are asked of each new connection, or by a transaction around it that sets
 * them where they did not come through. A connection that the server or the network ends never ends the process; calls
 * on it fail as retryable, and a commit that was on its way is resolved on a new connection. One that says nothing is
 * ended. A server that is away is waited for. What an acknowledged write survives is what the server's settings say.
 */
import { createHash, randomUUID } from "node:crypto";

import { Hints } from "@holdfast/core";
import type { CheckProblem, DriverOptions, Guarantees } from "@holdfast/core";
import type { SqlConnection, SqlConnections, SqlResult, Statement, TransactionMode } from "@holdfast/store-sql";

import { Announcer } from "./announcer.ts";
import { classifyError } from "./classify-error.ts";
import { durabilityProblems } from "./durability-problems.ts";
import { listen } from "./listen.ts";
import type { Channel } from "./listen.ts";
import { openPool } from "./pool.ts";
import type { OpenPool, ServerPool, TakenClient } from "./pool.ts";
import { PostgresConnection } from "./postgres-connection.ts";
import { durabilityOf } from "./server-facts.ts";
import type { ServerFacts } from "./server-facts.ts";
import type { StoreUrl } from "./store-url.ts";
import { unlessSilent } from "./silence.ts";

export async function connectPostgres(url: StoreUrl, options: DriverOptions): Promise<SqlConnections> {
  const opened = await openPool(url, options);
  try {
    const { client, identity: server } = await opened.pool.take();
    client.release();
    const place = server?.system ?? `${client.host}:${client.port}`;
    const identity = `postgres:${place}/${opened.facts.database}/${url.schema}`;
    const channel = { name: channelName(url.schema), sender: randomUUID() };
    return new PostgresConnections(opened, { identity, options, channel });
  } catch (thrown) {
    await opened.pool.end();
    throw classifyError(thrown);
  }
}

interface Place {
  readonly identity: string;
  readonly options: DriverOptions;
  readonly channel: Channel;
}

/** Names of channels have no schema, and at most 63 bytes. */
function channelName(schema: string): string {
  return `holdfast_${createHash("sha256").update(schema).digest("hex").slice(0, 32)}`;
}

class PostgresConnections implements SqlConnections {
  readonly guarantees: Guarantees;
  readonly identity: string;
  readonly #pool: ServerPool;
  readonly #place: Place;
  readonly #announcer: Announcer;
  readonly #hints: Hints;

  constructor({ pool, facts }: OpenPool, place: Place) {
    this.#pool = pool;
    this.#place = place;
    this.#announcer = new Announcer(pool, place.identity, place.channel);
    this.#hints = new Hints((ring) => listen(pool, place.channel, ring));
    this.identity = place.identity;
    this.guarantees = {
      isolation: "serializable",
      writers: "hosts",
      durability: durabilityOf(facts),
      staleReads: false,
      hints: facts.keepsPrepared ? "notify" : "poll",
    };
  }

  read(statements: readonly Statement[]): Promise<readonly SqlResult[]> {
    return this.#borrow(async (connection, { keepsSettings }) => {
      if (keepsSettings) return connection.execute(statements);
      const end = { sql: "commit", parameters: [] };
      const results = await connection.begin("read", [...statements, end]);
      return results.slice(0, -1);
    });
  }

  lend<T>(_mode: TransactionMode, work: (connection: SqlConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#borrow(work, signal);
  }

  announce(): void {
    this.#announcer.announce();
  }

  wake(follower: AbortSignal): Promise<void> | undefined {
    return this.guarantees.hints === "notify" ? this.#hints.wake(follower) : undefined;
  }

  async check(): Promise<readonly CheckProblem[]> {
    if (this.#place.options.durability !== "power-loss") return [];
    const { client } = await this.#take();
    const asked = unlessSilent(client, this.#pool.limits.silenceMs, durabilityProblems(client));
    return await asked.finally(() => client.release());
  }

  async close(): Promise<void> {
    await Promise.all([this.#hints.close(), this.#announcer.close()]);
    await this.#pool.end();
  }

  async #borrow<T>(
    work: (connection: PostgresConnection, facts: ServerFacts) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const taken = await this.#take(signal);
    const { busyTimeoutMs } = this.#place.options;
    const asked = { config: this.#pool.config, known: taken.identity, patienceMs: busyTimeoutMs };
    const use = { limits: this.#pool.limits, server: asked, signal };
    const connection = new PostgresConnection(taken, use);
    try {
      return await work(connection, taken.facts);
    } finally {
      connection.release();
    }
  }

  async #take(signal?: AbortSignal): Promise<TakenClient> {
    try {
      return await this.#pool.take(signal);
    } catch (thrown) {
      throw signal?.aborted === true ? thrown : classifyError(thrown);
    }
  }
}
