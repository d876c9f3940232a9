/**
 * Where the demo's Postgres data stands: on a server of its own that is started for the run and thrown away after it,
 * or on the server that DATABASE_URL names, in a schema that is made for the run, and dropped after it. Nothing else on
 * that server is touched.
 */
import { randomUUID } from "node:crypto";

import { startPostgres } from "@holdfast-tooling/pg-test";
import { Client, escapeIdentifier } from "pg";

export interface PostgresPlace extends AsyncDisposable {
  readonly url: string;
}

export async function openPostgresPlace(databaseUrl: string | undefined): Promise<PostgresPlace> {
  return databaseUrl === undefined || databaseUrl === "" ? await startPostgres() : await makeSchema(databaseUrl);
}

async function makeSchema(databaseUrl: string): Promise<PostgresPlace> {
  const schema = `holdfast_demo_${randomUUID().replaceAll("-", "")}`;
  await runAlone(databaseUrl, `CREATE SCHEMA ${escapeIdentifier(schema)}`);
  const url = new URL(databaseUrl);
  url.searchParams.set("schema", schema);
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => runAlone(databaseUrl, `DROP SCHEMA IF EXISTS ${escapeIdentifier(schema)} CASCADE`),
  };
}

async function runAlone(databaseUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
