import fs from "node:fs";
import { open } from "node:fs/promises";
import { createHook } from "node:async_hooks";
import { syncBuiltinESMExports } from "node:module";
import { StateDriver } from "@holdfast/store-memory";
import { SqlDriver } from "@holdfast/store-sql";
import Database from "better-sqlite3";
import { Client, Connection } from "pg";

export const countNames = [
  "rounds",
  "reads",
  "statements",
  "settings",
  "answers",
  "syncs",
  "writes",
  "promises",
] as const;

/**
 * What an operation asks of the layers below it, in this process. `rounds` are a driver's own: rounds of writes and
 * transactions; `reads` what is asked of it beside them. `statements` are those that SQLite has run or that Postgres has
 * done, but for SQLite's `settings`, its pragmas; `answers` are Postgres's "ready for the next", the first of them as a
 * connection begins. `syncs` and `writes` are of files, by Node.js: SQLite's own are not seen.
 */
export type Counts = Readonly<Record<(typeof countNames)[number], number>>;

type Tally = Record<keyof Counts, number>;

/** Counts while `work` runs. One at a time: it looks at the drivers themselves, so all that happens meanwhile is counted. */
export async function countsOf(work: () => Promise<unknown>): Promise<Counts> {
  const tally = Object.fromEntries(countNames.map((name) => [name, 0])) as Tally;
  using undo = new DisposableStack();
  for (const watch of [watchDrivers, watchSqlite, watchPostgres]) watch(tally, undo);
  await watchFiles(tally, undo);
  const promises = createHook({ init: (_, type) => void (tally.promises += type === "PROMISE" ? 1 : 0) });
  promises.enable();
  try {
    await work();
  } finally {
    promises.disable();
  }
  return tally;
}

function watchDrivers(tally: Tally, undo: DisposableStack): void {
  for (const { prototype } of [StateDriver, SqlDriver]) {
    for (const name of ["apply", "transaction"] as const) counting(prototype, name, () => tally.rounds++, undo);
    for (const name of ["get", "find", "count", "countBy"] as const)
      counting(prototype, name, () => tally.reads++, undo);
    for (const [name, counted] of atOnce) {
      if (!(name in prototype)) continue;
      replacing(prototype, name, undo, (method, given) => {
        const answer = method(...given);
        if (answer !== undefined) tally[counted]++;
        return answer;
      });
    }
  }
}

/** What a driver may do at once, or leave to the member that waits: then that one counts. */
const atOnce = [
  ["applyAtOnce", "rounds"],
  ["getAtOnce", "reads"],
] as const;

function watchSqlite(tally: Tally, undo: DisposableStack): void {
  const database = new Database(":memory:");
  const statements = Object.getPrototypeOf(database.prepare("select 1")) as object;
  database.close();
  const ran = (_: unknown, statement: unknown): void => {
    const text = String(Reflect.get(Object(statement) as object, "source"));
    tally[/^pragma\b/i.test(text) ? "settings" : "statements"]++;
  };
  for (const name of ["run", "get", "all", "iterate"]) counting(statements, name, ran, undo);
  counting(Database.prototype, "exec", () => tally.statements++, undo);
}

/**
 * Its connection tells what the server says by events of these names. Hints to other processes go beside all else, at most
 * so many in a time: they are no part of an operation.
 */
function watchPostgres(tally: Tally, undo: DisposableStack): void {
  const asked = new WeakMap<object, string[]>();
  const ask = (query: unknown, client: unknown): void => {
    const connection = part(client, "connection");
    if (typeof connection !== "object" || connection === null) return;
    const text = String(part(query, "text") ?? query);
    asked.set(connection, [...(asked.get(connection) ?? []), text]);
  };
  const said = (event: unknown, connection: unknown): void => {
    const queue = asked.get(Object(connection) as object) ?? [];
    const counts = queue[0]?.includes("pg_notify") === true ? 0 : 1;
    if (event === "commandComplete") tally.statements += counts;
    if (event !== "readyForQuery") return;
    tally.answers += counts;
    queue.shift();
  };
  counting(Client.prototype, "query", ask, undo);
  counting(Connection.prototype, "emit", said, undo);
}

function part(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}

async function watchFiles(tally: Tally, undo: DisposableStack): Promise<void> {
  const handle = await open(import.meta.filename);
  const handles = Object.getPrototypeOf(handle) as object;
  await handle.close();
  for (const name of ["sync", "datasync"]) counting(handles, name, () => tally.syncs++, undo);
  for (const name of ["write", "writev", "writeFile"]) counting(handles, name, () => tally.writes++, undo);
  for (const name of ["fsyncSync", "fdatasyncSync", "fsync", "fdatasync"])
    counting(fs, name, () => tally.syncs++, undo);
  for (const name of ["writeSync", "writevSync", "write", "writev"]) counting(fs, name, () => tally.writes++, undo);
  syncBuiltinESMExports();
  undo.defer(syncBuiltinESMExports);
}

/** Tells of each call of a method, and makes it, until it is undone. */
function counting(
  owner: object,
  name: string,
  called: (first: unknown, owner: unknown) => unknown,
  undo: DisposableStack,
): void {
  replacing(owner, name, undo, (method, given, on) => {
    called(given[0], on);
    return method(...given);
  });
}

type Call = (...given: readonly unknown[]) => unknown;

/** Has something else make the calls of a method, until it is undone. */
function replacing(
  owner: object,
  name: string,
  undo: DisposableStack,
  make: (method: Call, given: readonly unknown[], on: unknown) => unknown,
): void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== "function") throw new Error(`there is no ${name} to count`);
  const counted = function (this: unknown, ...given: readonly unknown[]): unknown {
    return make((...passed): unknown => Reflect.apply(method, this, passed), given, this);
  };
  Object.defineProperty(owner, name, { value: counted, writable: true, configurable: true, enumerable: true });
  undo.defer(() => {
    if (own === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, own);
  });
}
