import type { DriverOptions } from "@holdfast/core";
import { backend, openPostgresStore } from "@holdfast/store-postgres";
import { Client, escapeIdentifier } from "pg";
import { describe, expect, test } from "vitest";

import { connectPostgres } from "../src/connections.ts";
import { checkServer, durabilityOf } from "../src/server-facts.ts";
import type { ServerFacts } from "../src/server-facts.ts";
import { parseStoreUrl } from "../src/store-url.ts";
import { sharedServerUrl } from "@holdfast-tooling/pg-test";
import { freshUrl } from "./fresh-url.ts";

const options: DriverOptions = {
  stamps: { now: () => Date.now() * 1000, newId: () => "" },
  durability: "power-loss",
  layout: "upgrade",
  access: "write",
  lockTimeoutMs: 0,
  busyTimeoutMs: 10_000,
  logger: { warn: () => undefined },
};

const facts: ServerFacts = {
  version: 180_000,
  database: "app",
  encoding: "UTF8",
  keepsSettings: true,
  missingSettings: [],
  keepsPrepared: true,
  session: { pid: 1, began: "1.5" },
  nextTransaction: "3",
  writesAtOnce: true,
  isStandby: false,
  checksReferences: true,
  fsync: true,
  fullPageWrites: true,
  synchronousCommit: true,
};

describe("the URL", () => {
  test("keeps the schema and the settings apart from what pg reads", () => {
    const own = "schema=app&options=-c%20geqo%3Doff&connections=3&statement_timeout=5000";
    expect(parseStoreUrl(`postgres://u:p@h:1/d?sslmode=disable&${own}`)).toEqual({
      connectionString: "postgres://u:p@h:1/d?sslmode=disable",
      schema: "app",
      options: "-c geqo=off",
      connections: 3,
      statementMs: 5_000,
    });
    expect(parseStoreUrl("postgresql://localhost/d")).toMatchObject({
      connectionString: "postgresql://localhost/d",
      schema: "public",
      connections: 10,
      statementMs: 30_000,
    });
  });

  test("is refused where it is none of Postgres, or names a schema that cannot be", () => {
    for (const url of ["mysql://h/d", "postgres:h", "", "postgres://h/d?schema=", "postgres://h/d?schema=pg_toast"]) {
      expect(() => backend.driver(url)).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
    }
    expect(() => backend.driver(`postgres://h/d?schema=${"s".repeat(64)}`)).toThrow(/schema/);
    for (const wrong of ["connections=0", "connections=1001", "statement_timeout=-1", "statement_timeout=1e3"]) {
      expect(() => backend.driver(`postgres://h/d?${wrong}`)).toThrow(/takes a whole number/);
    }
  });
});

describe("a server", () => {
  test("that is a standby is not opened for writing, and not for reads that it cannot promise", () => {
    const standby = { ...facts, isStandby: true };
    expect(() => checkServer(standby, "write")).toThrow(expect.objectContaining({ code: "STORE_READ_ONLY" }));
    expect(() => checkServer(standby, "read")).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
  });

  test("that is too old or of another encoding is refused", () => {
    for (const unfit of [{ version: 120_017 }, { encoding: "SQL_ASCII" }]) {
      expect(() => checkServer({ ...facts, ...unfit }, "write")).toThrow(
        expect.objectContaining({ code: "INVALID_CONFIG" }),
      );
    }
  });

  test("is believed to survive a power loss only where all its settings say so", () => {
    expect(durabilityOf(facts)).toBe("power-loss");
    for (const weak of ["fsync", "fullPageWrites", "synchronousCommit"] as const) {
      expect(durabilityOf({ ...facts, [weak]: false })).toBe("process-crash");
    }
  });

  test("that does not let the user in is a matter of configuration", async () => {
    const url = new URL(sharedServerUrl());
    url.pathname = "/no_such_database";
    await expect(openPostgresStore(url.href)).rejects.toMatchObject({
      code: "INVALID_CONFIG",
      details: { code: "3D000" },
    });
  });
});

describe("isolation", () => {
  test.for([
    ["the connection's default", ""],
    [
      "a transaction around it, where that default does not come through",
      String.raw`&options=-c default_transaction_isolation=read\ committed`,
    ],
  ])("of a single read is serializable by %s", async ([, settings]) => {
    const connections = await connectPostgres(parseStoreUrl(`${freshUrl()}${settings}`), options);
    const show = { sql: "select current_setting('transaction_isolation') as level", parameters: [] };
    expect(await connections.read([show, show])).toMatchObject([
      { rows: [{ level: "serializable" }] },
      { rows: [{ level: "serializable" }] },
    ]);
    await connections.close();
  });

  test("of every transaction is serializable, and waits for locks are bounded, without the connection's settings", async () => {
    const settings = String.raw`&options=-c default_transaction_isolation=read\ committed -c lock_timeout=0`;
    const connections = await connectPostgres(parseStoreUrl(`${freshUrl()}${settings}`), options);
    const show = {
      sql: "select current_setting('transaction_isolation') as level, current_setting('lock_timeout') as wait",
      parameters: [],
    };
    await connections.lend("write", async (connection) => {
      expect(await connection.begin("write", [show])).toMatchObject([
        { rows: [{ level: "serializable", wait: "1s" }] },
      ]);
      await connection.commit([]);
    });
    await connections.close();
  });

  test("a commit that the server answers with a rollback is no acknowledgement", async () => {
    const connections = await connectPostgres(parseStoreUrl(freshUrl()), options);
    const failed = connections.lend("write", async (connection) => {
      await connection.begin("write", []);
      await connection.execute([{ sql: "select from nowhere", parameters: [] }]).catch(() => undefined);
      await connection.commit([]);
    });
    await expect(failed).rejects.toMatchObject({ code: "TRANSACTION_CONFLICT", outcome: "none" });
    await connections.close();
  });
});

test("tables stand in the schema of the URL, readable with psql", async () => {
  const url = freshUrl();
  const fields = [
    { name: "done", kind: "boolean" },
    { name: "status", kind: "string" },
  ] as const;
  const layout = { types: [{ type: "Job", schemaVersion: 1, fields, indexes: [], references: [] }] };
  await using store = await openPostgresStore(url, { model: { layout } });
  const body = { status: "running", done: true, note: "kept" };
  await store.write([{ put: { type: "Job", id: "j1", documentVersion: 1, body }, expect: "absent" }]);

  const client = new Client({ connectionString: sharedServerUrl() });
  await client.connect();
  const schema = escapeIdentifier(parseStoreUrl(url).schema);
  const { rows } = await client.query(
    `select _id, done, status, _body->>'note' as note, _body::text from ${schema}."Job"`,
  );
  await client.end();
  expect(rows).toEqual([{ _id: "j1", done: true, status: "running", note: "kept", _body: JSON.stringify(body) }]);
});

test("the clock is the server's", async () => {
  await using store = await openPostgresStore(freshUrl(), { stamps: { now: () => 5, newId: () => "" } });
  expect(Math.abs((await store.now()) / 1_000 - Date.now())).toBeLessThan(60_000);
});
