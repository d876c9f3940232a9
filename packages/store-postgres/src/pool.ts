import type { DriverOptions } from "@holdfast/core";
import { Pool } from "pg";
import type { ClientConfig, PoolClient } from "pg";

import { classifyError, errorCode } from "./classify-error.ts";
import { columnParsers } from "./column-parsers.ts";
import { checkServer, readFacts } from "./server-facts.ts";
import type { ServerFacts } from "./server-facts.ts";
import type { StoreUrl } from "./store-url.ts";
import { untilGiven } from "./until-given.ts";
import { within } from "./within.ts";

const connectionsMost = 10;
const connectMsLeast = 1_000;
const keepAliveMs = 10_000;
const plansMs = 10_000;
/** A statement waits no longer for a lock: whoever tries again looks at deadlines and signals in between. */
const lockTimeoutMsMost = 1_000;
/** A pooler that refuses settings which it does not know. */
const protocolViolation = "08P01";

export interface TakenClient {
  readonly client: PoolClient;
  readonly facts: ServerFacts;
}

/** A pool that has proved to reach a server, with what the server said of itself. */
export interface OpenPool {
  readonly pool: ServerPool;
  readonly facts: ServerFacts;
}

/** Opens a pool; where a pooler in between refuses settings at the start, it goes without them. */
export async function openPool(url: StoreUrl, options: DriverOptions): Promise<OpenPool> {
  try {
    return await opened(clientConfig(url, options, sessionSettings(options)), options);
  } catch (thrown) {
    if (errorCode(thrown) !== protocolViolation) throw classifyError(thrown);
    return opened(clientConfig(url, options, ""), options);
  }
}

/** The connections of one pool, each of which has said what server it leads to before it is used. */
export class ServerPool {
  readonly config: ClientConfig;
  readonly #pool: Pool;
  readonly #access: DriverOptions["access"];
  readonly #known = new WeakMap<PoolClient, { readonly facts: ServerFacts; plannedAt: number }>();

  constructor(config: ClientConfig, access: DriverOptions["access"]) {
    this.config = config;
    this.#access = access;
    this.#pool = new Pool({ ...config, max: connectionsMost });
    // Without these, a connection that is cut while nobody uses it would end the process.
    this.#pool.on("error", () => undefined);
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
  }

  /** Waits for a free connection, unless the signal is given before: then its reason is thrown. */
  async take(signal?: AbortSignal): Promise<TakenClient> {
    const connecting = this.#pool.connect();
    const giveBack = (late: PoolClient): void => late.release();
    const client = signal === undefined ? await connecting : await untilGiven(signal, connecting, giveBack);
    try {
      const facts = await this.#factsOf(client);
      checkServer(facts, this.#access);
      return { client, facts };
    } catch (thrown) {
      client.release(true);
      throw thrown;
    }
  }

  /** A plan from when a table was small may be a thousand times too slow once it has grown, so none gets old. */
  async #factsOf(client: PoolClient): Promise<ServerFacts> {
    const now = performance.now();
    const known = this.#known.get(client);
    if (known === undefined) {
      const facts = await within(this.config.connectionTimeoutMillis ?? connectMsLeast, readFacts(client));
      this.#known.set(client, { facts, plannedAt: now });
      return facts;
    }
    if (known.facts.keepsPrepared && now - known.plannedAt > plansMs) {
      await client.query("discard plans");
      known.plannedAt = now;
    }
    return known.facts;
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

async function opened(config: ClientConfig, { access }: DriverOptions): Promise<OpenPool> {
  const pool = new ServerPool(config, access);
  try {
    const { client, facts } = await pool.take();
    client.release();
    return { pool, facts };
  } catch (thrown) {
    await pool.end();
    throw thrown;
  }
}

export function lockTimeoutMs({ busyTimeoutMs }: DriverOptions): number {
  return Math.min(Math.max(Math.ceil(busyTimeoutMs), 1), lockTimeoutMsMost);
}

/** The isolation of every statement that does not say one, and doubles in full length. */
function sessionSettings(options: DriverOptions): string {
  return [
    "-c default_transaction_isolation=serializable",
    `-c lock_timeout=${lockTimeoutMs(options)}`,
    "-c extra_float_digits=1",
  ].join(" ");
}

function clientConfig({ connectionString, options }: StoreUrl, { busyTimeoutMs }: DriverOptions, settings: string) {
  const all = [settings, options].filter((each) => each !== undefined && each !== "").join(" ");
  return {
    connectionString,
    application_name: "holdfast",
    pipeline: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    connectionTimeoutMillis: Math.max(busyTimeoutMs, connectMsLeast),
    types: columnParsers,
    ...(all === "" ? {} : { options: all }),
  };
}
