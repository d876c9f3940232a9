import { setTimeout as delay } from "node:timers/promises";

import { HoldfastError } from "@holdfast/core";
import type { DriverOptions } from "@holdfast/core";
import { Pool } from "pg";
import type { ClientConfig, PoolClient } from "pg";

import { classifyRefusal, errorCode, errorMeaning } from "./classify-error.ts";
import { columnParsers } from "./column-parsers.ts";
import { endSession } from "./end-session.ts";
import { GuardedClient } from "./guarded-client.ts";
import { hearNext, heardSoFar } from "./heard-transactions.ts";
import { checkServer, readFacts, readIdentity } from "./server-facts.ts";
import type { ServerFacts, ServerIdentity } from "./server-facts.ts";
import { sessionSettings, startupOptions, statementLimits } from "./session-settings.ts";
import type { StatementLimits } from "./session-settings.ts";
import { endWhenSilent, unlessSilent } from "./silence.ts";
import type { StoreUrl } from "./store-url.ts";
import { untilGiven } from "./until-given.ts";
import { within } from "./within.ts";

const connectMsLeast = 1_000;
const keepAliveMs = 10_000;
const plansMs = 10_000;
const closingMs = 1_000;
const firstPauseMs = 20;
const longestPauseMs = 1_000;
/** A pooler that refuses settings which it does not know. */
const protocolViolation = "08P01";
/** What a server says while it starts or stops, and while all its connections are taken. */
const passing: ReadonlySet<string> = new Set(["57P03", "53300"]);

export interface TakenClient {
  readonly client: PoolClient;
  readonly facts: ServerFacts;
  /** Which server it led to when it was opened: another one may have taken over since the store was. */
  readonly identity: ServerIdentity | undefined;
}

interface KnownClient extends Omit<TakenClient, "client"> {
  plannedAt: number;
}

/** A pool that has proved to reach a server, with what the server said of itself. */
export interface OpenPool {
  readonly pool: ServerPool;
  readonly facts: ServerFacts;
}

/** Opens a pool; where a pooler in between refuses settings at the start, it goes without them. */
export async function openPool(url: StoreUrl, options: DriverOptions): Promise<OpenPool> {
  const settings = sessionSettings(statementLimits(url, options));
  try {
    return await opened(url, options, startupOptions(settings));
  } catch (thrown) {
    if (errorCode(thrown) !== protocolViolation) throw classifyRefusal(thrown);
    return await opened(url, options, "").catch((again: unknown) => {
      throw classifyRefusal(again);
    });
  }
}

/** The connections of one pool, each of which has said what server it leads to before it is used. */
export class ServerPool {
  readonly config: ClientConfig;
  readonly limits: StatementLimits;
  readonly settings: ReadonlyMap<string, string>;
  readonly #pool: Pool;
  readonly #options: DriverOptions;
  readonly #known = new WeakMap<PoolClient, KnownClient>();
  readonly #clients = new Set<PoolClient>();
  /** Since when no connection could be had, by the clock of `performance.now`. */
  #awaySince: number | undefined;
  #hasReached = false;
  #isEnding = false;

  constructor(url: StoreUrl, options: DriverOptions, config: ClientConfig) {
    this.config = config;
    this.limits = statementLimits(url, options);
    this.settings = sessionSettings(this.limits);
    this.#options = options;
    this.#pool = new Pool({ ...config, max: url.connections, Client: GuardedClient });
    // Without these, a connection that is cut while nobody uses it would end the process.
    this.#pool.on("error", () => undefined);
    this.#pool.on("connect", (client) => {
      client.on("error", () => undefined);
      endWhenSilent(client, () => this.#abandon(client));
      this.#clients.add(client);
    });
    this.#pool.on("remove", (client) => this.#clients.delete(client));
  }

  /**
   * Waits for a free connection, unless the signal is given before: then its reason is thrown. A server that is away is
   * tried again, for as long as a busy one is waited for. Who finds that it has been away for longer gets one try, so
   * that calls fail soon until it is back.
   */
  async take(signal?: AbortSignal): Promise<TakenClient> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        const taken = await this.#takeOnce(signal);
        this.#hasReached = true;
        this.#awaySince = undefined;
        return taken;
      } catch (thrown) {
        if (signal?.aborted === true || !this.#mayReturn(thrown)) throw thrown;
      }
      await delay(pauseMs * (0.5 + Math.random() / 2), undefined, signal === undefined ? {} : { signal }).catch(() =>
        signal?.throwIfAborted(),
      );
    }
  }

  async #takeOnce(signal?: AbortSignal): Promise<TakenClient> {
    const connecting = this.#pool.connect();
    const giveBack = (late: PoolClient): void => late.release();
    const client = signal === undefined ? await connecting : await untilGiven(signal, connecting, giveBack);
    try {
      const { facts, identity } = await this.#knownOf(client);
      return { client, facts, identity };
    } catch (thrown) {
      client.connection.stream.destroy();
      client.release(true);
      throw thrown;
    }
  }

  /** Whether it is worth to wait. A store that opens waits only where there is a server that says so. */
  #mayReturn(thrown: unknown): boolean {
    const saysSo = passing.has(codeBehind(thrown));
    const isAway = saysSo || isUnavailable(thrown);
    if (!isAway || this.#isEnding || !(saysSo || this.#hasReached)) return false;
    const now = performance.now();
    this.#awaySince ??= now;
    return now - this.#awaySince < this.#options.busyTimeoutMs;
  }

  /** A plan from when a table was small may be a thousand times too slow once it has grown, so none gets old. */
  async #knownOf(client: PoolClient): Promise<KnownClient> {
    const now = performance.now();
    const known = this.#known.get(client);
    if (known === undefined) {
      const before = heardSoFar();
      const facts = await this.readFacts(client);
      checkServer(facts, this.#options.access);
      const identity = await unlessSilent(client, this.limits.silenceMs, readIdentity(client));
      if (identity !== undefined) hearNext(identity, facts.nextTransaction, before);
      const read = { facts, identity, plannedAt: now };
      this.#known.set(client, read);
      return read;
    }
    if (known.facts.keepsPrepared && now - known.plannedAt > plansMs) {
      await unlessSilent(client, this.#connectMs(), client.query("discard plans"));
      known.plannedAt = now;
    }
    return known;
  }

  /** Behind a pooler the session is another client's by now. */
  #abandon(client: PoolClient): void {
    const { facts } = this.#known.get(client) ?? {};
    if (facts?.keepsPrepared === true) void endSession(this.config, facts.session);
  }

  /** What the server says now. */
  readFacts(client: PoolClient): Promise<ServerFacts> {
    const { silenceMs } = this.limits;
    return within(this.#connectMs(), unlessSilent(client, silenceMs, readFacts(client, this.settings)));
  }

  /** Closes every connection, also one whose other end does not answer. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#pool.end();
    const gone = [...this.#clients].map((client) => new Promise((resolve) => client.once("end", resolve)));
    await within(closingMs, Promise.all(gone)).catch(() => {
      for (const client of this.#clients) client.connection.stream.destroy();
    });
  }

  #connectMs(): number {
    return this.config.connectionTimeoutMillis ?? connectMsLeast;
  }
}

async function opened(url: StoreUrl, options: DriverOptions, settings: string): Promise<OpenPool> {
  const pool = new ServerPool(url, options, clientConfig(url, options, settings));
  try {
    const { client, facts } = await pool.take(options.signal);
    client.release();
    return { pool, facts };
  } catch (thrown) {
    await pool.end();
    throw thrown;
  }
}

function isUnavailable(thrown: unknown): boolean {
  const { code } = HoldfastError.is(thrown) ? thrown : { code: errorMeaning(thrown)?.code };
  return code === "STORE_UNAVAILABLE";
}

/** The server's code, also of an error that was translated. */
function codeBehind(thrown: unknown): string {
  return errorCode(HoldfastError.is(thrown) ? thrown.cause : thrown) ?? "";
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
