import { randomUUID } from "node:crypto";

import { createDatabase, sharedServerUrl } from "@holdfast-tooling/pg-test";
import { openPostgresStore } from "@holdfast/store-postgres";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const fields = [{ name: "status", kind: "string" }] as const;
const layout = {
  types: [{ type: "Job", schemaVersion: 1, fields, indexes: [{ fields: ["status"], unique: false }], references: [] }],
};

/** What the store calls, made anew by somebody who may make schemas: each notes that it was called. */
const trap = `
create schema evil;
create table evil.calls (name text);
grant usage on schema evil to public; grant all on all tables in schema evil to public;
create table evil."Job" (like pg_class); create table evil.holdfast_epoch (epoch bigint); insert into evil.holdfast_epoch values (99);
create table evil.pg_settings (name text, setting text);
create function evil.note(text) returns void language sql as 'insert into evil.calls values ($1)';
create function evil.json_to_recordset(json) returns setof record language sql as $$ select evil.note('json_to_recordset'); select 1, 2 $$;
create function evil.strpos(text, text) returns int language sql as $$ select evil.note('strpos'); select 1 $$;
create function evil.octet_length(text) returns int language sql as $$ select evil.note('octet_length'); select 1 $$;
create function evil.current_setting(text) returns text language sql as $$ select evil.note('current_setting'); select 'on'::text $$;
create function evil.pg_is_in_recovery() returns bool language sql as $$ select evil.note('pg_is_in_recovery'); select true $$;
create function evil.pg_backend_pid() returns int language sql as $$ select evil.note('pg_backend_pid'); select 1 $$;
create function evil.current_database() returns name language sql as $$ select evil.note('current_database'); select 'x'::name $$;
create function evil.pg_current_xact_id() returns xid8 language sql as $$ select evil.note('pg_current_xact_id'); select '7'::xid8 $$;
create function evil.pg_current_snapshot() returns pg_snapshot language sql as $$ select evil.note('pg_current_snapshot'); select '7:7:'::pg_snapshot $$;
create function evil.pg_visible_in_snapshot(xid8, pg_snapshot) returns bool language sql as $$ select evil.note('pg_visible_in_snapshot'); select true $$;
create function evil.pg_notify(text, text) returns void language sql as $$ select evil.note('pg_notify') $$;
create function evil.clock_timestamp() returns timestamptz language sql as $$ select evil.note('clock_timestamp'); select 'epoch'::timestamptz $$;
create function evil.to_regclass(text) returns regclass language sql as $$ select evil.note('to_regclass'); select null::regclass $$;
create function evil.hashtextextended(text, bigint) returns bigint language sql as $$ select evil.note('hashtextextended'); select 1::bigint $$;
create function evil.never(text, text) returns bool language sql as $$ select evil.note('='); select false $$;
create operator evil.= (leftarg = text, rightarg = text, function = evil.never);
create function evil.never(bigint, bigint) returns bool language sql as $$ select evil.note('='); select false $$;
create operator evil.= (leftarg = bigint, rightarg = bigint, function = evil.never);
create domain evil.json as text; create domain evil.text as pg_catalog.varchar(1); create domain evil.xid8 as pg_catalog.int4;
`;

let database: string;
let admin: Client;

beforeAll(async () => {
  const name = `hostile_${process.pid}_${randomUUID().slice(0, 8)}`;
  database = await createDatabase(sharedServerUrl(), name);
  admin = new Client({ connectionString: database });
  await admin.connect();
  await admin.query(trap);
  await admin.query(`alter database ${name} set search_path = evil, pg_catalog, public`);
});
afterAll(() => admin.end());

describe("somebody's functions, operators, types and tables, first on the path", () => {
  test.for([
    ["by the database's own setting", ""],
    // A pooler may drop what a connection asks for at its start: then each transaction says it.
    ["where the connection's settings do not come through", "&options=-c%20search_path%3Devil,pg_catalog"],
  ])("are never called, %s", async ([, more]) => {
    const schema = `own_${randomUUID()}`;
    await using store = await openPostgresStore(`${database}&schema=${schema}${more}`, { model: { layout } });
    const body = { status: "running, and on" };
    await store.write([{ put: { type: "Job", id: "a", documentVersion: 1, body }, expect: "absent" }]);
    await store.write([{ put: { type: "Note", id: "b", documentVersion: 1, body: {} }, expect: "any" }]);
    await store.transaction(async (session) => {
      await session.write([{ put: { type: "Job", id: "c", documentVersion: 1, body }, expect: "any" }]);
      expect(await session.count("Job", { status: { contains: "and" } })).toBe(2);
    });
    expect(await store.count("Job", { status: { in: ["running, and on"] } })).toBe(2);
    expect(await store.get("Job", ["a", "b"])).toMatchObject([{ version: 1, body }, undefined]);
    await store.write([{ delete: { type: "Job", id: "c" }, expect: 1 }]);
    const seen: string[] = [];
    for await (const { changes } of store.changes()) seen.push(...changes.map(({ kind }) => kind));
    expect(seen.sort()).toEqual(["delete", "put", "put"]);
    expect(Math.abs((await store.now()) / 1_000 - Date.now())).toBeLessThan(60_000);
    const { problems } = await store.check();
    expect(new Set(problems.map(({ kind }) => kind))).toEqual(new Set(["settings"]));
    await store.stats();
    const { rows } = await admin.query("select distinct name from evil.calls");
    expect(rows).toEqual([]);
  });
});
