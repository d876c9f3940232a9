import { sharedServerUrl } from "@holdfast-tooling/pg-test";
import { PgProxy } from "@holdfast-tooling/pg-proxy";
import type { PgProxyOptions, Place } from "@holdfast-tooling/pg-proxy";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let direct: Client;
let tables = 0;

beforeAll(async () => {
  direct = new Client({ connectionString: sharedServerUrl() });
  await direct.connect();
});
afterAll(() => direct.end());

interface Bench extends AsyncDisposable {
  readonly proxy: PgProxy;
  readonly client: Client;
  readonly table: string;
  /** What stands in the table, as anybody else sees it. */
  readonly stored: () => Promise<readonly string[]>;
}

async function bench(options: PgProxyOptions = {}): Promise<Bench> {
  const proxy = await PgProxy.start(sharedServerUrl(), options);
  const client = new Client({ connectionString: proxy.url });
  client.on("error", () => undefined);
  await client.connect();
  const table = `proxied_${process.pid}_${tables++}`;
  await direct.query(`create table ${table} (note text)`);
  return {
    proxy,
    client,
    table,
    stored: async () => {
      const { rows } = await direct.query<{ note: string }>(`select note from ${table}`);
      return rows.map(({ note }) => note);
    },
    async [Symbol.asyncDispose]() {
      client.connection.stream.destroy();
      await proxy[Symbol.asyncDispose]();
      await direct.query(`drop table ${table}`);
    },
  };
}

describe("a commit", () => {
  test.for([
    ["before", []],
    ["behind", ["kept"]],
    ["answered", ["kept"]],
  ] as const)("is cut where it is told, and stands or not accordingly: %s", async ([place, kept]) => {
    await using at = await bench();
    await at.client.query("begin");
    await at.client.query(`insert into ${at.table} values ('kept')`);
    at.proxy.arm({ at: { commit: place }, strike: "cut" });
    await expect(at.client.query("commit")).rejects.toThrow(/terminated|queryable/);
    expect(at.proxy.strikes).toBe(1);
    await expect.poll(at.stored).toEqual(kept);
  });

  test.for([
    ["before", []],
    ["behind", ["kept"]],
    ["answered", ["kept"]],
  ] as const)("of a statement that stands alone is cut where it is told: %s", async ([place, kept]) => {
    await using at = await bench();
    at.proxy.arm({ at: { commit: place }, strike: "cut" });
    await at.client.query({ text: `select * from ${at.table} where note = $1`, values: ["kept"] });
    const alone = { text: `insert into ${at.table} values ($1)`, values: ["kept"] };
    await expect(at.client.query(alone)).rejects.toThrow(/terminated/);
    expect(at.proxy.strikes).toBe(1);
    await expect.poll(at.stored).toEqual(kept);
  });

  test("is known by the message, not by the word", async () => {
    await using at = await bench();
    at.proxy.arm({ at: { commit: "before" }, strike: "cut" });
    await at.client.query("begin");
    await at.client.query({ text: `insert into ${at.table} values ($1)`, values: ["commit"] });
    await at.client.query(`insert into ${at.table} values ('Q\\0\\0\\0\\vcommit')`);
    await at.client.query({ text: "select $1 as commit", values: ["commit"] });
    await at.client.query({ name: "commit", text: "select 1", values: [] });
    expect(at.proxy.strikes).toBe(0);
    await expect(at.client.query({ name: "end it", text: " COMMIT ; ", values: [] })).rejects.toThrow(/terminated/);
    expect(at.proxy.strikes).toBe(1);
  });
});

describe("a message", () => {
  const places: readonly Place[] = [
    { message: 1, of: "client", bytes: 0 },
    { message: 1, of: "client", bytes: 3 },
    { message: 2, of: "client", bytes: 0 },
    { message: 1, of: "server", bytes: 0 },
    { message: 2, of: "server", bytes: 2 },
  ];
  test.for(places)("is cut where it is told: %j", async (place) => {
    await using at = await bench();
    at.proxy.arm({ at: place, strike: "cut" });
    const statement = { text: `insert into ${at.table} values ($1)`, values: ["a"] };
    await expect(at.client.query(statement)).rejects.toThrow(/terminated/);
    // The client's last message, which makes the server act, has gone through only where the server's were struck.
    await expect.poll(at.stored).toEqual("of" in place && place.of === "server" ? ["a"] : []);
  });
});

test("silence tells nobody, and leaves the server's side open", async () => {
  await using at = await bench();
  const { rows } = await at.client.query<{ pid: number }>("select pg_backend_pid() as pid");
  at.proxy.arm({ at: { message: 1, of: "client", bytes: 0 }, strike: "silence" });
  let isAnswered = false;
  const asked = at.client.query("select 1").finally(() => (isAnswered = true));
  asked.catch(() => undefined);
  await expect.poll(() => at.proxy.strikes).toBe(1);
  at.client.connection.stream.destroy();
  await expect(asked).rejects.toThrow(/terminated/);
  const still = await direct.query({ text: "select 1 from pg_stat_activity where pid = $1", values: [rows[0]?.pid] });
  expect([isAnswered, still.rowCount]).toEqual([true, 1]);
});

test.for([{ pieceBytes: 1 }, { latencyMs: 5 }])("a slow way changes nothing but the time: %j", async (options) => {
  await using at = await bench(options);
  const note = "ä".repeat(500);
  await at.client.query({ text: `insert into ${at.table} values ($1)`, values: [note] });
  const { rows } = await at.client.query(`select note from ${at.table}`);
  expect(rows).toEqual([{ note }]);
});

test("once down it lets nobody through until it is healed, and what one side sent last still arrives", async () => {
  await using at = await bench();
  const ended = new Promise<void>((resolve) => at.client.on("end", resolve));
  at.proxy.down();
  await ended;
  const other = new Client({ connectionString: at.proxy.url });
  await expect(other.connect()).rejects.toThrow(/terminated|EPIPE|ECONNRESET/);
  at.proxy.heal();
  const third = new Client({ connectionString: at.proxy.url });
  await third.connect();
  await expect(third.query("select 1 / 0")).rejects.toMatchObject({ code: "22012" });
  await third.end();
});
