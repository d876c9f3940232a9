import { randomUUID } from "node:crypto";

import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";
import type { StoreTarget } from "@holdfast/conformance";
import type { OpenOptions, Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";

import { startPooler } from "../src/start-pooler.ts";
import type { Pooler } from "../src/start-pooler.ts";

/** The tests' server syncs nothing, which `check` tells of where a power loss is to be survived. */
export const durability = "process-crash";

/** A server with a pooler in front of it, and stores that the conformance suites can open there. */
export class BehindPooler implements AsyncDisposable {
  readonly server: PostgresServer;
  readonly pooler: Pooler;
  readonly #urls = new WeakMap<Store, string>();

  private constructor(server: PostgresServer, pooler: Pooler) {
    this.server = server;
    this.pooler = pooler;
  }

  static async start(): Promise<BehindPooler> {
    const server = await startPostgres();
    return new BehindPooler(server, await startPooler(server.url));
  }

  open(options: OpenOptions): Promise<Store> {
    return this.#openAt(`${this.pooler.url}&schema=${encodeURIComponent(`test ${randomUUID()}`)}`, options);
  }

  reopen(earlier: Store, options: OpenOptions): Promise<Store> {
    return this.#openAt(this.#urls.get(earlier) ?? "", options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pooler[Symbol.asyncDispose]();
    await this.server.stop();
  }

  async #openAt(url: string, options: OpenOptions): Promise<Store> {
    const store = await openPostgresStore(url, { durability, ...options });
    this.#urls.set(store, url);
    return store;
  }
}

/** For the suites, which are named before anything is started. */
export function poolerTarget(place: () => BehindPooler): StoreTarget {
  return {
    name: "a Postgres schema behind PgBouncer",
    open: (options) => place().open(options),
    reopen: (earlier, options) => place().reopen(earlier, options),
    sharable: true,
  };
}
