import { escapeIdentifier } from "pg";
import type { Client } from "pg";

/** What the role has set, all of which a session may change: nothing is as the store wants it. */
const oddSettings: Readonly<Record<string, string>> = {
  DateStyle: "SQL, DMY",
  TimeZone: "Asia/Kathmandu",
  IntervalStyle: "sql_standard",
  array_nulls: "off",
  bytea_output: "escape",
  client_encoding: "LATIN1",
  default_transaction_deferrable: "on",
  default_transaction_isolation: "read committed",
  default_transaction_read_only: "on",
  enable_indexscan: "off",
  extra_float_digits: "-15",
  idle_in_transaction_session_timeout: "1",
  lock_timeout: "1",
  plan_cache_mode: "force_generic_plan",
  quote_all_identifiers: "on",
  role: "owner",
  search_path: "evil",
  standard_conforming_strings: "off",
  statement_timeout: "1",
  transform_null_equals: "on",
  work_mem: "64kB",
};

/** Of somebody else, where the role's path leads: what is called or read here fails. */
const evilSchema = `
create schema evil;
create table evil.holdfast_epoch (); create table evil."Note" (); create table evil.pg_settings ();
create function evil.fail(text, text) returns bool language plpgsql as $$ begin raise 'evil was called'; end $$;
create operator evil.= (leftarg = text, rightarg = text, function = evil.fail);
create function evil.json_to_recordset(json) returns setof record language plpgsql as $$ begin raise 'evil was called'; end $$;
create function evil.clock_timestamp() returns timestamptz language plpgsql as $$ begin raise 'evil was called'; end $$;
create function evil.pg_current_xact_id() returns xid8 language plpgsql as $$ begin raise 'evil was called'; end $$;
grant usage on schema evil to public; grant all on all tables in schema evil to public;
`;

/**
 * Makes the role `app`, who may do nothing but connect and act as `owner`, and `owner`, who may do nothing but what he
 * does in schemas of his own: neither may make any.
 */
export async function makeOddRole(admin: Client): Promise<void> {
  await admin.query("create role owner; create role app login; grant owner to app");
  await admin.query("revoke all on database postgres from public; grant connect on database postgres to app");
  await admin.query("revoke all on schema public from public");
  await admin.query(evilSchema);
  const settings = Object.entries(oddSettings).map(
    ([name, value]) => `alter role app set ${name} = ${quoted(name, value)}`,
  );
  for (const each of settings) await admin.query(each);
}

/** Makes a schema, as an administrator does beforehand. */
export async function makeOwnSchema(admin: Client, name: string): Promise<void> {
  await admin.query(`create schema ${escapeIdentifier(name)} authorization owner`);
}

/** Lists are written without quotes around them as a whole. */
function quoted(name: string, value: string): string {
  return name === "DateStyle" || name === "search_path" ? value : `'${value}'`;
}
