import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { sharedServerUrl } from "@holdfast-tooling/pg-test";
import { sessionBegan } from "../src/end-session.ts";
import type { ServerSession } from "../src/end-session.ts";
import { resolveWrite } from "../src/resolve-write.ts";
import { readIdentity } from "../src/server-facts.ts";
import type { ServerIdentity } from "../src/server-facts.ts";

const config = { connectionString: sharedServerUrl() };
const table = `public.lost_${process.pid}`;
let client: Client;
let known: ServerIdentity | undefined;

beforeAll(async () => {
  client = new Client(config);
  await client.connect();
  known = await readIdentity(client);
  await client.query(`create table ${table} (note text)`);
});
afterAll(async () => {
  await client.query(`drop table ${table}`);
  await client.end();
});

interface Other {
  readonly session: ServerSession;
  readonly client: Client;
  readonly ended: Promise<void>;
}

async function connect(): Promise<Other> {
  const other = new Client(config);
  other.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => other.once("end", resolve));
  await other.connect();
  const query = `select pid, ${sessionBegan} as began from pg_stat_activity where pid = pg_backend_pid()`;
  const { rows } = await other.query<ServerSession>(query);
  const [session] = rows;
  if (session === undefined) throw new Error("the server does not know the session");
  return { session, client: other, ended };
}

/** Whether the note is there, and nothing else. */
function fateOf(note: string) {
  const fate = "case when count(*) = 1 then 'done' else 'undone' end";
  return { sql: `select ${fate} as fate, 7 as version from ${table} where note = $1`, parameters: [note] };
}

function resolving(session: ServerSession, fate: ReturnType<typeof fateOf>, patienceMs = 10_000) {
  return resolveWrite({ config, known, patienceMs }, { session, fate }, undefined);
}

test("a session that waits for its client is ended before what it has left is looked at", async () => {
  const { session, client: other, ended } = await connect();
  await other.query("begin");
  await other.query(`insert into ${table} values ('waits')`);
  await expect(resolving(session, fateOf("waits"))).rejects.toMatchObject({
    code: "STORE_UNAVAILABLE",
    outcome: "none",
  });
  await ended;
});

test("a session that is still at work is waited for, and what it then commits counts", async () => {
  const { session, client: other, ended } = await connect();
  const working = other.query(`insert into ${table} select 'works' from pg_sleep(0.5)`);
  await expect(resolving(session, fateOf("works"))).resolves.toMatchObject([{ version: 7 }]);
  await working;
  await ended;
});

test("a session that is gone has left what stands there", async () => {
  const { session, client: other } = await connect();
  await other.query(`insert into ${table} values ('stands')`);
  await other.end();
  await expect(resolving(session, fateOf("stands"))).resolves.toMatchObject([{ version: 7 }]);
  await expect(resolving(session, fateOf("nothing"))).rejects.toMatchObject({ outcome: "none" });
});

test("what cannot be told, or only by another server, is unknown", async () => {
  const { session, client: other } = await connect();
  await other.end();
  const unknown = { code: "COMMIT_UNKNOWN", outcome: "unknown" };
  await expect(resolving(session, { sql: "select 'unknown' as fate", parameters: [] })).rejects.toMatchObject(unknown);
  const elsewhere = { config, known: { system: "7", timeline: "00000001" }, patienceMs: 300 };
  const asked = resolveWrite(elsewhere, { session, fate: fateOf("nothing") }, undefined);
  await expect(asked).rejects.toMatchObject(unknown);
});
