import { Pool } from "pg";
import type { Subject } from "./subject.ts";

/** Named prepared statements on a pool of ten, each save its own serializable transaction. */
export async function rawPostgresSubject(url: string): Promise<Subject> {
  const pool = new Pool({ connectionString: url, max: 10, options: "-c default_transaction_isolation=serializable" });
  pool.on("error", () => undefined);
  await pool.query(`
    drop schema if exists raw cascade; create schema raw;
    create table raw.cases (tenant text collate "C", id text collate "C", version bigint, created bigint, updated bigint,
      parent text collate "C", status text collate "C", body json, primary key (tenant, id));
    create index on raw.cases (tenant, created, id);
    create index on raw.cases (tenant, parent, id);
    create index on raw.cases (tenant, status, updated, id);`);
  let clock = Date.now() * 1000;
  return {
    async save(id, text) {
      const { parentId, status } = JSON.parse(text) as { parentId: string; status: string };
      clock += 1;
      await pool.query({
        name: "save",
        text: `insert into raw.cases values ('default', $1, 1, $2, $2, $3, $4, $5) on conflict (tenant, id) do update set
          version = cases.version + 1, updated = excluded.updated, parent = excluded.parent, status = excluded.status,
          body = excluded.body`,
        values: [id, clock, parentId, status, text],
      });
    },
    async read(id) {
      const text = "select *, body::text as text from raw.cases where tenant = 'default' and id = $1";
      const { rows } = await pool.query<{ text: string }>({ name: "read", text, values: [id] });
      return rows[0]?.text;
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
