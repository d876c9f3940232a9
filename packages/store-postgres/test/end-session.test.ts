import { sharedServerUrl } from "@holdfast-tooling/pg-test";
import { Client } from "pg";
import { expect, test } from "vitest";

import { endSession, sessionBegan } from "../src/end-session.ts";
import type { ServerSession } from "../src/end-session.ts";

const config = { connectionString: sharedServerUrl() };

async function connect(): Promise<Client> {
  const client = new Client(config);
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

async function sessionOf(client: Client): Promise<ServerSession> {
  const session = `select pid, ${sessionBegan} as began from pg_stat_activity where pid = pg_backend_pid()`;
  const { rows } = await client.query<ServerSession>(session);
  const [found] = rows;
  if (found === undefined) throw new Error("the server does not know the session");
  return found;
}

test("a session that is still at work when its end is asked for is ended once it waits for its client", async () => {
  const gone = await connect();
  const ended = new Promise<void>((resolve) => gone.once("end", resolve));
  const session = await sessionOf(gone);
  await gone.query("begin");
  const answer = gone.query("select pg_sleep(0.5)");
  await endSession(config, session);
  await expect(answer).resolves.toMatchObject({ rowCount: 1 });
  await ended;
});

test("a session that ended by itself is not looked for any longer, nor another of the same number", async () => {
  const other = await connect();
  const session = await sessionOf(other);
  await endSession(config, { ...session, began: "0.000000" });
  await expect(other.query("select 1 as one")).resolves.toMatchObject({ rows: [{ one: 1 }] });
  await other.end();
  await endSession(config, session);
});
