import Database from "better-sqlite3";
import type { Subject } from "./subject.ts";

/** Prepared statements on better-sqlite3, each save its own transaction with a full sync. */
export async function rawSqliteSubject(file: string): Promise<Subject> {
  const database = new Database(file);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec(`
    create table cases (tenant text, id text, version integer, created integer, updated integer, parent text, status text,
      body text, primary key (tenant, id)) strict;
    create index by_created on cases (tenant, created, id);
    create index by_parent on cases (tenant, parent, id);
    create index by_status on cases (tenant, status, updated, id);`);
  const save = database.prepare(`insert into cases values ('default', ?, 1, ?, ?, ?, ?, ?) on conflict do update set
    version = version + 1, updated = excluded.updated, parent = excluded.parent, status = excluded.status, body = excluded.body`);
  const read = database.prepare<[string], { body: string }>("select * from cases where tenant = 'default' and id = ?");
  let clock = Date.now() * 1000;
  return {
    async save(id, text) {
      const { parentId, status } = JSON.parse(text) as { parentId: string; status: string };
      clock += 1;
      save.run(id, clock, clock, parentId, status, text);
      await Promise.resolve();
    },
    async read(id) {
      const row = read.get(id);
      if (row !== undefined) JSON.parse(row.body);
      return Promise.resolve(row?.body);
    },
    async [Symbol.asyncDispose]() {
      database.close();
      await Promise.resolve();
    },
  };
}
