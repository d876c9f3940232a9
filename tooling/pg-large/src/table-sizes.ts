import { Client } from "pg";

/** One table, as the server sees it. */
export interface TableSize {
  /** With its indexes and all else that belongs to it. */
  readonly bytes: number;
  /** Rows that nobody can see any more and that still take room. */
  readonly dead: number;
  /** How often the server cleaned it by itself. */
  readonly cleanings: number;
}

const sizes = `
  select relname as name, pg_total_relation_size(relid)::int as bytes, n_dead_tup::int as dead,
    autovacuum_count::int as cleanings
  from pg_stat_user_tables where schemaname = $1`;

export async function tableSizes(url: string, schema: string): Promise<ReadonlyMap<string, TableSize>> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined); // A server that stops while we leave is no failure of ours.
  await client.connect();
  try {
    const { rows } = await client.query<TableSize & { readonly name: string }>({ text: sizes, values: [schema] });
    return new Map(rows.map(({ name, ...size }) => [name, size]));
  } finally {
    await client.end();
  }
}
