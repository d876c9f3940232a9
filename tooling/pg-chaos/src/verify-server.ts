import { Client } from "pg";

const bTrees = `select c.oid::regclass::text as index from pg_class c join pg_am a on a.oid = c.relam
  where a.amname = 'btree' and c.relkind = 'i' and c.relpersistence = 'p'`;
const heaps = `select c.oid::regclass::text as heap from pg_class c where c.relkind = 'r' and c.relpersistence = 'p'`;

/**
 * Looks at every table and every B-tree of a database by Postgres' own extension amcheck: that each index is in order
 * and leads to every row. Gives what is wrong, in words, and how many it looked at.
 */
export async function verifyServer(
  url: string,
): Promise<{ readonly found: readonly string[]; readonly looked: number }> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("create extension if not exists amcheck");
    const indexes = (await client.query<{ index: string }>(bTrees)).rows.map(({ index }) => index);
    const tables = (await client.query<{ heap: string }>(heaps)).rows.map(({ heap }) => heap);
    const found: string[] = [];
    for (const index of indexes) {
      const checked = client.query("select bt_index_check($1::regclass, true)", [index]);
      await checked.catch((thrown: unknown) => found.push(`${index}: ${String(thrown)}`));
    }
    for (const table of tables) {
      const { rows } = await client.query<{ msg: string }>("select msg from verify_heapam($1::regclass)", [table]);
      found.push(...rows.map(({ msg }) => `${table}: ${msg}`));
    }
    return { found, looked: indexes.length + tables.length };
  } finally {
    await client.end();
  }
}
