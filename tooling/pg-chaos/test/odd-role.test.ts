import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";
import { describeStore } from "@holdfast/conformance";
import type { StoreTarget } from "@holdfast/conformance";
import type { OpenOptions, Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";
import { Client } from "pg";

import { makeOddRole, makeOwnSchema } from "../src/odd-role.ts";
import { durability } from "./behind-pooler.ts";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe("a role that may do next to nothing and has everything set otherwise", () => {
  const urls = new WeakMap<Store, string>();
  let server: PostgresServer;
  let admin: Client;
  let base: string;

  async function openAt(url: string, options: OpenOptions): Promise<Store> {
    const store = await openPostgresStore(url, { durability, ...options });
    urls.set(store, url);
    return store;
  }

  async function openAnew(options: OpenOptions): Promise<Store> {
    const schema = `own ${randomUUID()}`;
    await makeOwnSchema(admin, schema);
    return openAt(`${base}&schema=${encodeURIComponent(schema)}`, options);
  }

  beforeAll(async () => {
    server = await startPostgres();
    admin = new Client({ connectionString: server.url });
    await admin.connect();
    await makeOddRole(admin);
    base = server.url.replace("postgres://postgres@", "postgres://app@");
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });

  test("is what it is said to be, and may make no schema", async () => {
    // Its own time limit would end even this.
    const client = new Client({ connectionString: base, options: "-c statement_timeout=0" });
    client.on("error", () => undefined); // Nor may it wait for its next statement.
    await client.connect();
    const { rows } = await client.query("select pg_catalog.current_schemas(false) as path, current_user as role");
    const shown = await client.query("show default_transaction_read_only");
    const made = await client.query("begin read write; create schema other").catch((thrown: unknown) => thrown);
    await client.end().catch(() => undefined);
    expect([rows, shown.rows]).toEqual([
      [{ path: "{evil}", role: "owner" }],
      [{ default_transaction_read_only: "on" }],
    ]);
    expect(made).toMatchObject({ code: "42501" });
    const opening = openPostgresStore(`${base}&schema=unmade`, { durability });
    await expect(opening).rejects.toMatchObject({ code: "LAYOUT_OUTDATED", outcome: "none" });
  });

  const target: StoreTarget = {
    name: "a Postgres schema of a role with odd settings",
    open: openAnew,
    reopen: (earlier, options) => openAt(urls.get(earlier) ?? "", options),
    sharable: true,
  };
  describeStore({ describe, test, afterAll }, target);
});
