import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { createDatabase } from "../src/create-database.ts";
import { type PostgresServer, startPostgres } from "../src/start-postgres.ts";

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ answer: unknown }>(statement);
    return rows[0]?.answer;
  } finally {
    await client.end();
  }
}

describe("a running server", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ settings: { max_connections: "37" } });
  }, 60_000);
  afterAll(async () => {
    await server.stop();
  });

  test("takes settings and syncs nothing by default", async () => {
    expect(await ask(server.url, "SELECT current_setting('max_connections') AS answer")).toBe("37");
    expect(await ask(server.url, "SELECT current_setting('fsync') AS answer")).toBe("off");
  });

  test("does not sort by bytes, so a forgotten order shows", async () => {
    expect(await ask(server.url, "SELECT 'a' < 'B' AS answer")).toBe(true);
    expect(await ask(server.url, `SELECT 'a' < 'B' COLLATE "C" AS answer`)).toBe(false);
  });

  test("holds several databases, made at once, whatever their names", async () => {
    const names = ["plain", 'with "quotes" & signs', "ünïcode"];
    const urls = await Promise.all(names.map((name) => createDatabase(server.url, name)));
    const answers = await Promise.all(urls.map((url) => ask(url, "SELECT current_database() AS answer")));
    expect(answers).toEqual(names);
  });

  test("refuses a database whose name is taken", async () => {
    await createDatabase(server.url, "taken");
    await expect(createDatabase(server.url, "taken")).rejects.toThrow(/already exists/);
  });
});

test("leaves nothing behind when it is disposed, and can be stopped twice", { timeout: 60_000 }, async () => {
  let folder: string;
  {
    await using server = await startPostgres({ fsync: true });
    folder = path.dirname(server.dataDirectory);
    expect(await ask(server.url, "SELECT current_setting('fsync') AS answer")).toBe("on");
    expect(existsSync(folder)).toBe(true);
    await server.stop();
  }
  expect(existsSync(folder)).toBe(false);
});

test("comes back with its data whichever way it ended", { timeout: 60_000 }, async () => {
  await using server = await startPostgres({ fsync: true });
  await server.halt("fast");
  await server.start();
  for (const how of ["immediate", "killed"] as const) {
    const first = server.pid;
    const url = await createDatabase(server.url, how);
    await server.halt(how);
    expect(server.pid).toBeUndefined();
    await expect(ask(url, "SELECT 1 AS answer")).rejects.toThrow(/ENOENT|ECONNREFUSED/);
    await server.start();
    expect(server.pid).not.toBe(first);
    expect(await ask(url, "SELECT 1 AS answer")).toBe(1);
  }
});

test("says what the server said when it does not start", { timeout: 60_000 }, async () => {
  await expect(startPostgres({ settings: { no_such_setting: "1" } })).rejects.toThrow(
    /did not start[^]*no_such_setting/,
  );
});

test.each(["SIGKILL", "SIGTERM", "SIGINT", "exception", "exit"])(
  "leaves nothing behind when its process ends by %s",
  { timeout: 60_000 },
  async (ending) => {
    const program = fileURLToPath(new URL("fixtures/hold-server.ts", import.meta.url));
    const child = spawn(process.execPath, [program, ending], { stdio: ["ignore", "pipe", "ignore"] });
    const exited = once(child, "exit");
    const [folder] = (await once(createInterface(child.stdout), "line")) as [string];
    if (ending.startsWith("SIG")) child.kill(ending as NodeJS.Signals);
    await exited;
    await vi.waitFor(() => {
      expect(existsSync(folder)).toBe(false);
    }, 10_000);
  },
);

test("listens where it is asked to, and lets in whom its files name", async () => {
  await using server = await startPostgres({
    tcp: true,
    files: { "pg_hba.conf": "host all all 127.0.0.1/32 trust\n" },
  });
  expect(await ask(`postgres://postgres@127.0.0.1:${server.port}/postgres`, "SELECT 7 AS answer")).toBe(7);
  await expect(ask(server.url, "SELECT 1 AS answer")).rejects.toMatchObject({ code: "28000" });
});

test("runs as a standby where it finds the file for it", async () => {
  await using server = await startPostgres({ files: { "standby.signal": "" } });
  expect(await ask(server.url, "SELECT pg_is_in_recovery() AS answer")).toBe(true);
});

test(
  "a standby has what its server has, takes no writes, and goes on alone when it is promoted",
  { timeout: 60_000 },
  async () => {
    await using server = await startPostgres();
    await ask(server.url, "CREATE TABLE before AS SELECT 1 AS answer");
    await using standby = await startPostgres({ standbyOf: server });
    await expect(ask(standby.url, "CREATE TABLE refused (a int)")).rejects.toMatchObject({ code: "25006" });
    await ask(server.url, "CREATE TABLE after AS SELECT 2 AS answer");
    await vi.waitFor(async () => expect(await ask(standby.url, "SELECT answer FROM after")).toBe(2), 20_000);
    await server.halt("killed");
    expect(await ask(standby.url, "SELECT pg_promote() AS answer")).toBe(true);
    expect(await ask(standby.url, "CREATE TABLE alone AS SELECT 3 AS answer")).toBeUndefined();
  },
);
