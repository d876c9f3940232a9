import type { CheckProblem } from "@holdfast/core";
import type { ClientBase } from "pg";

import { classifyError } from "./classify-error.ts";

const risks: Readonly<Record<string, { readonly risk: string; readonly cure: string }>> = {
  fsync: {
    risk: "a power loss may destroy the whole database",
    cure: "set it to on in the server's configuration, and reload that",
  },
  full_page_writes: {
    risk: "a power loss in the middle of a page's write may destroy the page",
    cure: "set it to on in the server's configuration, and reload that",
  },
  synchronous_commit: {
    risk: "a crash of the server may undo the commits of its last moments",
    cure: "set it to on where it was set",
  },
};

// Every name has its schema: a path on which somebody else's functions come first may still be in force.
const ownQuery = `select name, source from pg_catalog.pg_settings
  where name operator(pg_catalog.=) any ($1) and setting operator(pg_catalog.=) 'off' order by name`;

/** What is set for roles and databases, which counts from their next connection on. */
const othersQuery = `select r.rolname as role, d.datname as database, pg_catalog.array_to_string(s.setconfig, e'\\n') as settings
  from pg_catalog.pg_db_role_setting s
  left join pg_catalog.pg_roles r on r.oid operator(pg_catalog.=) s.setrole
  left join pg_catalog.pg_database d on d.oid operator(pg_catalog.=) s.setdatabase
  where s.setdatabase operator(pg_catalog.=) 0 or d.datname operator(pg_catalog.=) pg_catalog.current_database()
  order by s.setdatabase, s.setrole`;

/** The settings of the server, of the connection's own role, and of other roles that make less durable what is written. */
export async function durabilityProblems(client: ClientBase): Promise<readonly CheckProblem[]> {
  const own = (await rowsOf(client, ownQuery, [Object.keys(risks)])).map(({ name, source }) => {
    return problem(String(name), `is off for this connection (${origins[String(source)] ?? String(source)})`);
  });
  const others = (await rowsOf(client, othersQuery)).flatMap(({ role, database, settings }) => {
    return isOff(settings) ? [problem("synchronous_commit", `is off ${placeText(role, database)}`)] : [];
  });
  return [...own, ...others];
}

/** Where Postgres says that a setting comes from. */
const origins: Readonly<Record<string, string>> = {
  "configuration file": "by the server's configuration",
  "command line": "by the command that started the server",
  "environment variable": "by the server's environment",
  database: "by ALTER DATABASE",
  user: "by ALTER ROLE",
  "database user": "by ALTER ROLE in this database",
  client: "by the options of the connection",
};

function placeText(role: unknown, database: unknown): string {
  const who = typeof role === "string" ? `for connections of the role "${role}"` : "for connections of every role";
  return typeof database === "string" ? `${who} to the database "${database}"` : who;
}

/** As it was written, in one of the words that Postgres takes for it. */
function isOff(settings: unknown): boolean {
  return /^synchronous_commit=(?:of|off|false|f|no|n|0)$/im.test(String(settings));
}

function problem(name: string, how: string): CheckProblem {
  const { risk = "", cure = "" } = risks[name] ?? {};
  return { kind: "settings", message: `${name} ${how}: ${risk}; ${cure}` };
}

async function rowsOf(
  client: ClientBase,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  try {
    return (await client.query<Record<string, unknown>>({ text, values: [...values] })).rows;
  } catch (thrown) {
    throw classifyError(thrown);
  }
}
