import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { resolveCommit } from "../src/resolve-commit.ts";
import { readIdentity } from "../src/server-facts.ts";
import type { ServerIdentity } from "../src/server-facts.ts";
import { sharedServerUrl } from "@holdfast-tooling/pg-test";

const config = { connectionString: sharedServerUrl() };
const found = { sql: "select 1", parameters: [] };
const nothing = { sql: "select 1 where false", parameters: [] };
let client: Client;
let known: ServerIdentity | undefined;

beforeAll(async () => {
  client = new Client(config);
  await client.connect();
  known = await readIdentity(client);
});
afterAll(() => client.end());

/** The number of a transaction that was just ended so. */
async function ended(end: "commit" | "rollback"): Promise<string> {
  await client.query("begin");
  const { rows } = await client.query<{ token: string }>("select pg_current_xact_id()::text as token");
  await client.query(end);
  return rows[0]?.token ?? "";
}

test("takes a commit for done where its number and its writes say so", async () => {
  const evidence = { token: await ended("commit"), witness: found };
  await expect(resolveCommit({ config, known, patienceMs: 1_000 }, evidence, undefined)).resolves.toBeUndefined();
});

test("takes it for undone where it was rolled back", async () => {
  const evidence = { token: await ended("rollback"), witness: nothing };
  await expect(resolveCommit({ config, known, patienceMs: 1_000 }, evidence, undefined)).rejects.toMatchObject({
    code: "STORE_UNAVAILABLE",
    outcome: "none",
  });
});

test("takes it for undone where a crash took its number back", async () => {
  const evidence = { token: "9999999999", witness: nothing };
  await expect(resolveCommit({ config, known, patienceMs: 1_000 }, evidence, undefined)).rejects.toMatchObject({
    code: "STORE_UNAVAILABLE",
    outcome: "none",
  });
});

test.for([
  ["its writes are not found: the number may have been given anew", { witness: nothing }],
  ["it is another server", { known: { system: "7", timeline: "00000001" } }],
  ["it is the server's other history", { timeline: "000000FF" }],
  ["the server never said who it is", { known: undefined }],
] as const)("does not know where %s", async ([, change]) => {
  const identity = known === undefined || !("timeline" in change) ? known : { ...known, timeline: change.timeline };
  const asked = { config, known: "known" in change ? change.known : identity, patienceMs: 300 };
  const evidence = { token: await ended("commit"), witness: found, ...change };
  await expect(resolveCommit(asked, evidence, undefined)).rejects.toMatchObject({
    code: "COMMIT_UNKNOWN",
    outcome: "unknown",
  });
});

/** Another session's transaction, which is still open. */
async function openTransaction(): Promise<{ readonly other: Client; readonly token: string }> {
  const other = new Client(config);
  other.on("error", () => undefined);
  await other.connect();
  await other.query("begin");
  const { rows } = await other.query<{ token: string }>("select pg_current_xact_id()::text as token");
  return { other, token: rows[0]?.token ?? "" };
}

test("waits for one that the server still works on", async () => {
  const { other, token } = await openTransaction();
  // In one message, so that it never waits for its client.
  const working = other.query("select pg_sleep(0.5); commit");
  const resolving = resolveCommit({ config, known, patienceMs: 10_000 }, { token, witness: found }, undefined);
  await expect(resolving).resolves.toBeUndefined();
  await working;
  await other.end();
});

test("ends one that waits for a commit that will never come", async () => {
  const { other, token } = await openTransaction();
  const gone = new Promise<void>((resolve) => other.on("end", resolve));
  const resolving = resolveCommit({ config, known, patienceMs: 10_000 }, { token, witness: nothing }, undefined);
  await expect(resolving).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", outcome: "none" });
  await gone;
});
