import type { Socket } from "node:net";

import { createDatabase, sharedServerUrl, startPostgres } from "@holdfast-tooling/pg-test";
import type { ErrorCode } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";
import { Client } from "pg";
import { describe, expect, test, vi } from "vitest";

import { startFakeServer } from "./fake-server.ts";
import { freshUrl } from "./fresh-url.ts";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** One message of the server's, with its length. */
function message(type: string, body: readonly number[]): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
}

function garbage(seed: number): Buffer {
  const bytes = Buffer.alloc(2_000);
  let state = seed;
  for (let at = 0; at < bytes.length; at++) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    bytes[at] = state >> 16;
  }
  return bytes;
}

const greeted = Buffer.concat([message("R", [0, 0, 0, 0]), message("Z", [73])]);

type Answer = (socket: Socket) => void;

function say(bytes: Buffer | string): Answer {
  return (socket) => void socket.write(bytes);
}

describe("what listens on the port and is no Postgres", () => {
  test.for<readonly [string, Answer, ErrorCode]>([
    ["says nothing", () => undefined, "STORE_UNAVAILABLE"],
    ["hangs up", (socket) => void socket.end(), "STORE_UNAVAILABLE"],
    ["is a web server", say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), "INVALID_CONFIG"],
    ["is a shell's server", say("SSH-2.0-OpenSSH_9.2\r\n"), "INVALID_CONFIG"],
    ["is a mail server", say("220 mail.example ESMTP\r\n"), "INVALID_CONFIG"],
    ["announces a gigabyte", say(Buffer.from([0x52, 0x40, 0, 0, 0, 0])), "INVALID_CONFIG"],
    ["asks for an unknown proof", say(message("R", [0, 0, 0, 99])), "INVALID_CONFIG"],
    ["breaks off in the middle of a message", (socket) => void socket.end("R\0\0\0"), "STORE_UNAVAILABLE"],
    ["greets, and then talks nonsense", say(Buffer.concat([greeted, message("D", [0, 9])])), "STORE_UNAVAILABLE"],
    ["greets, and then says nothing", say(greeted), "STORE_UNAVAILABLE"],
  ])("and %s: is told within the time for connecting", async ([, answer, code]) => {
    await using fake = await startFakeServer(answer);
    const url = `postgres://app@127.0.0.1:${fake.port}/app`;
    await expect(openPostgresStore(url, { busyTimeoutMs: 100 })).rejects.toMatchObject({ code, outcome: "none" });
    // What is not worth to wait for was not tried again.
    expect(fake.connections).toBe(1);
  });

  test("and says whatever comes to its mind, never ends the process", async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const bytes = garbage(seed);
      // Half of it goes behind a greeting, into the midst of pg's parser.
      await using fake = await startFakeServer(say(seed % 2 === 0 ? bytes : Buffer.concat([greeted, bytes])));
      const opening = openPostgresStore(`postgres://app@127.0.0.1:${fake.port}/app?statement_timeout=80`, {
        busyTimeoutMs: 100,
      });
      await expect(opening).rejects.toMatchObject({ outcome: "none" });
    }
  });

  test("and cannot encrypt what is to be encrypted", async () => {
    await using fake = await startFakeServer(say("N"));
    const url = `postgres://app@127.0.0.1:${fake.port}/app?sslmode=require`;
    await expect(openPostgresStore(url)).rejects.toMatchObject({ code: "INVALID_CONFIG", retryable: false });
    await expect(openPostgresStore(url)).rejects.toThrow(/sslmode=disable/);
  });
});

describe("a database of another encoding", () => {
  test.for(["LATIN1", "SQL_ASCII"])("is refused: %s", async (encoding) => {
    const admin = new Client({ connectionString: sharedServerUrl() });
    await admin.connect();
    const name = `odd_${encoding.toLowerCase()}_${process.pid}`;
    const as = `encoding '${encoding}' template template0 locale_provider libc locale 'C'`;
    await admin.query(`create database ${name} ${as}`);
    const url = new URL(sharedServerUrl());
    url.pathname = `/${name}`;
    const opening = openPostgresStore(url.href);
    await expect(opening).rejects.toMatchObject({ code: "INVALID_CONFIG", retryable: false });
    await expect(opening).rejects.toThrow(new RegExp(`UTF8, and it is ${encoding}`));
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  });
});

test("a standby is refused, for writing as read-only and for reading as one that cannot promise enough", async () => {
  await using server = await startPostgres({ files: { "standby.signal": "" } });
  await expect(openPostgresStore(server.url)).rejects.toMatchObject({ code: "STORE_READ_ONLY", retryable: false });
  await expect(openPostgresStore(server.url, { access: "read" })).rejects.toMatchObject({ code: "INVALID_CONFIG" });
});

test("a server that loses its settings for durability meanwhile is told of by check", async () => {
  await using server = await startPostgres({ fsync: true });
  await using store = await openPostgresStore(server.url);
  expect(store.guarantees.durability).toBe("power-loss");
  expect(await store.check()).toEqual({ ok: true, problems: [] });
  const admin = new Client({ connectionString: server.url });
  await admin.connect();
  await admin.query("alter system set full_page_writes = off");
  await admin.query("select pg_reload_conf()");
  await admin.end();
  // A process of the server reads its settings anew before the next statement, or the one behind it.
  await expect
    .poll(async () => (await store.check()).problems.map((each) => `${each.kind}: ${each.message}`))
    .toEqual([expect.stringMatching(/^settings: full_page_writes is off .*configuration/)]);
  await using later = await openPostgresStore(await createDatabase(server.url, "later"));
  expect(later.guarantees.durability).toBe("process-crash");
});

test("a role that waits for no sync is told of, too", async () => {
  const url = `${freshUrl()}&options=-c%20synchronous_commit%3Doff`;
  await using store = await openPostgresStore(url);
  expect(store.guarantees.durability).toBe("process-crash");
  const { ok, problems } = await store.check();
  expect([ok, problems.map((each) => each.message)]).toEqual([
    false,
    expect.arrayContaining([
      expect.stringMatching(/^synchronous_commit is off for this connection \(by the options of the connection\): /),
    ]),
  ]);
});

test("what is set for other roles and for the whole database is told of before they come", async () => {
  const name = `settings_${process.pid}`;
  const url = await createDatabase(sharedServerUrl(), name);
  const admin = new Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create role hasty_${process.pid}`);
  await admin.query(`alter role hasty_${process.pid} in database ${name} set synchronous_commit = off`);
  await using store = await openPostgresStore(url);
  await admin.query(`alter database ${name} set synchronous_commit = 'off'`);
  const messages = (await store.check()).problems.map((each) => each.message);
  expect(messages).toEqual(
    expect.arrayContaining([
      expect.stringMatching(new RegExp(`for connections of every role to the database "${name}": `)),
      expect.stringMatching(new RegExp(`for connections of the role "hasty_${process.pid}" to the database "${name}"`)),
    ]),
  );
  await store.close();
  await admin.end();
  const last = new Client({ connectionString: sharedServerUrl() });
  await last.connect();
  await last.query(`drop database ${name} with (force)`);
  await last.query(`drop role hasty_${process.pid}`);
  await last.end();
});

test("a role that writes as a replica does, past all references, is refused", async () => {
  const url = `${freshUrl()}&options=-c%20session_replication_role%3Dreplica`;
  await expect(openPostgresStore(url)).rejects.toMatchObject({ code: "INVALID_CONFIG", retryable: false });
});
