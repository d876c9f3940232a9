import { Client } from "pg";

/**
 * What a Postgres server does by itself within a minute of many new rows: until it knows how many there are, it plans as
 * for a few. For all systems alike.
 */
export async function analyze(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("analyze");
  } finally {
    await client.end();
  }
}
