import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { open, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";
import { openPostgresStore } from "@holdfast/store-postgres";
import { Client } from "pg";

import { missingDisks, SmallDisk } from "../src/small-disk.ts";

// Real servers take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const withoutDisks = missingDisks();
const types = ["Page", "Index", "File"].map((type) => ({
  type,
  schemaVersion: 1,
  fields: [{ name: "rank", kind: "number" } as const],
  indexes: [],
  references: [],
}));
const model = { layout: { types } };

function put(type: string, id: string, body = {}) {
  return { put: { type, id, documentVersion: 1, body }, expect: "absent" } as const;
}

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined); // A server that stops while we leave is no failure of ours.
  await client.connect();
  return client;
}

describe("a server on which something fails", () => {
  let server: PostgresServer;
  let admin: Client;
  beforeAll(async () => {
    const settings = { max_connections: "12", superuser_reserved_connections: "2" };
    server = await startPostgres({ settings });
    admin = await connected(server.url);
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });

  test.skipIf(withoutDisks !== undefined)(
    `whose disk is full says so, loses nothing, and goes on once there is room (53100)${withoutDisks ?? ""}`,
    async () => {
      using disk = new SmallDisk(24, server);
      await admin.query(`create tablespace small location '${disk.folder}'`);
      await admin.query("create database small tablespace small");
      const url = new URL(server.url);
      url.pathname = "/small";
      await using store = await openPostgresStore(url.href);
      const written: string[] = [];
      let failure: unknown;
      for (let at = 0; failure === undefined && at < 1_000; at++) {
        await store.write([put("Note", `n${at}`, { noise: noise(100_000) })]).then(
          () => written.push(`n${at}`),
          (thrown: unknown) => (failure = thrown),
        );
      }
      expect(failure).toMatchObject({ code: "STORE_FULL", outcome: "none", details: { code: "53100" } });
      expect(written.length).toBeGreaterThan(10);
      expect(await store.count("Note")).toBe(written.length);
      disk.grow(64);
      await store.write([put("Note", "later", { noise: noise(50_000) })]);
      expect((await store.get("Note", [...written, "later"])).every((each) => each !== undefined)).toBe(true);
      await store.close();
      await admin.query("drop database small with (force)");
      await admin.query("drop tablespace small");
    },
  );

  test.skipIf(process.platform !== "linux")(
    "whose memory is used up says so, does nothing, and goes on once there is some (53200)",
    async () => {
      await using store = await openPostgresStore(`${server.url}&schema=memory&connections=1&application_name=narrow`);
      await store.write([put("Note", "small")]);
      const { rows } = await admin.query<{ pid: number }>(
        "select pid from pg_stat_activity where application_name = 'narrow'",
      );
      const pid = rows[0]?.pid ?? 0;
      const kibibytes = /VmSize:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1];
      const { uid, gid } = await stat(server.dataDirectory);
      const limit = (bytes: string): void =>
        void execFileSync("prlimit", [`--pid=${pid}`, `--as=${bytes}:`], { uid, gid });
      limit(String((Number(kibibytes) + 2_048) * 1_024));
      const large = put("Note", "large", { text: "x".repeat(6_000_000) });
      await expect(store.write([large])).rejects.toMatchObject({
        code: "STORE_UNAVAILABLE",
        outcome: "none",
        details: { code: "53200" },
      });
      limit("unlimited");
      expect(await store.get("Note", ["small", "large"])).toMatchObject([{ id: "small" }, undefined]);
      expect(await store.write([large])).toMatchObject([{ ok: true, record: { version: 1 } }]);
    },
  );

  test("that has no connection left is waited for, and is then busy (53300)", async () => {
    const guest = server.url.replace("postgres://postgres@", "postgres://guest@");
    await admin.query("create role guest login; create schema guest authorization guest");
    const taken: Client[] = [];
    while (taken.length < 9) taken.push(await connected(guest));
    const opening = openPostgresStore(`${guest}&schema=guest`, { busyTimeoutMs: 300 });
    await expect(opening).rejects.toMatchObject({
      code: "STORE_BUSY",
      retryable: true,
      outcome: "none",
      details: { code: "53300" },
    });
    const patient = openPostgresStore(`${guest}&schema=guest`, { busyTimeoutMs: 60_000 });
    for (const client of taken) await client.end();
    await using store = await patient;
    expect(await store.count("Note")).toBe(0);
  });

  test("that is set to write no large files refuses what needs some, and goes on (53400)", async () => {
    const settings = encodeURIComponent("-c work_mem=64kB -c enable_sort=off -c enable_indexscan=off");
    const guest = server.url.replace("postgres://postgres@", "postgres://limited@");
    await admin.query("create role limited login; create schema limited authorization limited");
    await using filling = await openPostgresStore(`${guest}&schema=limited`, { model });
    await filling.write(Array.from({ length: 20_000 }, (_each, at) => put("Page", `p${at}`, { rank: at })));
    await admin.query("alter role limited set temp_file_limit = '512kB'");
    await using store = await openPostgresStore(`${guest}&schema=limited&options=${settings}`, { model });
    await expect(store.countBy("Page", "rank")).rejects.toMatchObject({
      code: "BACKEND_FAILURE",
      outcome: "none",
      details: { code: "53400" },
    });
    expect(await store.count("Page")).toBe(20_000);
  });

  test("that is about to stop lets nobody in, and is used again when it is back (57P03)", async () => {
    await using store = await openPostgresStore(`${server.url}&schema=stopping`, { busyTimeoutMs: 60_000 });
    await store.write([put("Note", "a")]);
    process.kill(server.pid ?? 0, "SIGTERM");
    const refused = async (): Promise<unknown> => {
      for (;;) {
        const opening = openPostgresStore(`${server.url}&schema=stopping`, { busyTimeoutMs: 50 });
        const thrown: unknown = await opening.then(
          (each) => each.close(),
          (error: unknown) => error,
        );
        if (thrown !== undefined) return thrown;
      }
    };
    expect(await refused()).toMatchObject({ code: "STORE_UNAVAILABLE", outcome: "none", details: { code: "57P03" } });
    // Who is inside may go on.
    expect(await store.count("Note")).toBe(1);
    await admin.end();
    await server.halt("fast");
    await server.start();
    admin = await connected(server.url);
    expect(await store.write([put("Note", "b")])).toMatchObject([{ ok: true }]);
  });

  test("whose files were damaged while it was down says so, wherever it is asked (XX001, XX002, 58P01)", async () => {
    const url = `${server.url}&schema=damage`;
    {
      await using store = await openPostgresStore(url, { model });
      await store.write(types.flatMap(({ type }) => ["a", "b"].map((id) => put(type, id, { rank: 1 }))));
    }
    const fileOf = async (relation: string): Promise<string> => {
      const text = "select pg_relation_filepath($1) as file";
      const { rows } = await admin.query<{ file: string }>({ text, values: [`damage.${relation}`] });
      return path.join(server.dataDirectory, rows[0]?.file ?? "");
    };
    const indexes = await admin.query<{ name: string }>(
      `select indexrelid::regclass::text as name from pg_index where indrelid = 'damage."Index"'::regclass`,
    );
    const files = {
      page: await fileOf('"Page"'),
      indexes: await Promise.all(indexes.rows.map(({ name }) => fileOf(name.replace("damage.", "")))),
      file: await fileOf('"File"'),
    };
    await admin.end();
    await server.halt("fast");
    await overwrite(files.page, 0xff, { at: 4_000, bytes: 100 });
    for (const each of files.indexes) await overwrite(each, 0, { at: 0, bytes: 8_192 });
    await rm(files.file);
    await server.start();
    admin = await connected(server.url);
    await using store = await openPostgresStore(`${url}&options=-c%20enable_seqscan%3Doff`, { model });
    for (const [type, code] of [
      ["Page", "XX001"],
      ["Index", "XX002"],
      ["File", "58P01"],
    ] as const) {
      const asked = [() => store.get(type, ["a"]), () => store.write([{ ...put(type, "a"), expect: "any" }])];
      for (const ask of asked) {
        await expect(ask()).rejects.toMatchObject({
          code: "STORE_CORRUPT",
          retryable: false,
          outcome: "none",
          details: { code },
        });
      }
    }
    const { ok, problems } = await store.check();
    expect(ok).toBe(false);
    for (const { type } of types) expect(problems).toContainEqual(expect.objectContaining({ kind: "integrity", type }));
    expect(await store.count("Note")).toBe(0);
  });
});

/** Text that no compression makes much shorter. */
function noise(length: number): string {
  return randomBytes(length).toString("base64").slice(0, length);
}

async function overwrite(file: string, byte: number, { at, bytes }: { at: number; bytes: number }): Promise<void> {
  const handle = await open(file, "r+");
  await handle.write(Buffer.alloc(bytes, byte), 0, bytes, at);
  await handle.close();
}
