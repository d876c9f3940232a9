import { Client } from "pg";

/** Runs statements on a connection of their own; gives the rows of the last. */
export async function askServer(
  { url }: { readonly url: string },
  ...statements: readonly string[]
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined); // A server that stops while we leave is no failure of ours.
  await client.connect();
  try {
    let rows: readonly Readonly<Record<string, unknown>>[] = [];
    for (const each of statements) ({ rows } = await client.query<Record<string, unknown>>(each));
    return rows;
  } finally {
    await client.end();
  }
}
