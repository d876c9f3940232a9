import { HoldfastError } from "@holdfast/core";
import type { DriverOptions, Guarantees } from "@holdfast/core";
import type { ClientBase } from "pg";

import { classifyError, errorCode } from "./classify-error.ts";
import { sessionBegan } from "./end-session.ts";
import type { ServerSession } from "./end-session.ts";
import { missingSettings, setLocally } from "./session-settings.ts";

const versionLeast = 130_000;

/** What a connection's server says of itself and of the connection. */
export interface ServerFacts {
  readonly version: number;
  readonly database: string;
  readonly encoding: string;
  /** Whether a statement that stands alone is as ours are to be. A pooler in between may have dropped the settings. */
  readonly keepsSettings: boolean;
  /** Statements that set in a transaction what did not come through. */
  readonly missingSettings: readonly string[];
  /** Whether the server's process is the one that the connection was opened to, so no pooler changes it in between. */
  readonly keepsPrepared: boolean;
  readonly session: ServerSession;
  /** The number, at the lowest, of the next transaction that has one. */
  readonly nextTransaction: string;
  /** Whether a write may be a statement that stands alone: nothing comes in between, and it is as ours are to be. */
  readonly writesAtOnce: boolean;
  readonly isStandby: boolean;
  /** Whether foreign keys are checked: a role may have been set to write as a replica does. */
  readonly checksReferences: boolean;
  readonly fsync: boolean;
  readonly fullPageWrites: boolean;
  readonly synchronousCommit: boolean;
}

/** Which server it is: the same data in the same history. Undefined where the role may not ask. */
export interface ServerIdentity {
  readonly system: string;
  readonly timeline: string;
}

// Every name has its schema: a path on which somebody else's functions come first may still be in force.
const factsQuery = `select pg_catalog.pg_backend_pid() as pid, pg_catalog.current_database() as database,
  (select ${sessionBegan} from pg_catalog.pg_stat_activity where pid operator(pg_catalog.=) pg_catalog.pg_backend_pid()) as began,
  pg_catalog.pg_is_in_recovery() as standby,
  pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot())::pg_catalog.text as next, name, setting from pg_catalog.pg_settings
  where name operator(pg_catalog.=) any ($1)`;

const serverSettings = [
  "server_version_num",
  "server_encoding",
  "session_replication_role",
  "fsync",
  "full_page_writes",
  "synchronous_commit",
];

const identityQuery = `select (select system_identifier::pg_catalog.text from pg_catalog.pg_control_system()) as system,
  case when not pg_catalog.pg_is_in_recovery()
    then pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()) end as file`;

/** `wanted`: what the session is to be like. */
export async function readFacts(client: ClientBase, wanted: ReadonlyMap<string, string>): Promise<ServerFacts> {
  const rows = await factsOf(client, [...serverSettings, ...wanted.keys()]);
  const { pid, began, database, standby, next } = rows[0] ?? {};
  const found = new Map(rows.map(({ name, setting }) => [String(name), spacesLess(String(setting))]));
  const missing = missingSettings(wanted, found);
  const keepsSettings = missing.size === 0 && found.get("default_transaction_isolation") === "serializable";
  const keepsPrepared = "processID" in client && client.processID === pid;
  const mayWrite = found.get("default_transaction_read_only") === "off";
  return {
    version: Number(found.get("server_version_num")),
    database: String(database),
    encoding: found.get("server_encoding") ?? "",
    keepsSettings,
    missingSettings: setLocally(missing),
    keepsPrepared,
    nextTransaction: String(next),
    writesAtOnce: keepsSettings && keepsPrepared && mayWrite,
    session: { pid: Number(pid), began: String(began) },
    isStandby: standby === true,
    checksReferences: found.get("session_replication_role") !== "replica",
    fsync: found.get("fsync") === "on",
    fullPageWrites: found.get("full_page_writes") === "on",
    synchronousCommit: found.get("synchronous_commit") !== "off",
  };
}

/** A standby answers nothing at all at the isolation that the session has by default, and says no more than that. */
async function factsOf(client: ClientBase, names: readonly string[]): Promise<Rows> {
  try {
    return await ask(client, factsQuery, [names]);
  } catch (thrown) {
    if (errorCode(thrown) !== notSupported) throw classifyError(thrown);
  }
  await rowsOf(client, "begin isolation level read committed read only");
  const rows = await rowsOf(client, factsQuery, [names]);
  await rowsOf(client, "rollback");
  return rows;
}

const notSupported = "0A000";

export async function readIdentity(client: ClientBase): Promise<ServerIdentity | undefined> {
  try {
    const [{ system, file } = {}] = await rowsOf(client, identityQuery);
    if (typeof system !== "string" || typeof file !== "string") return undefined;
    return { system, timeline: file.slice(0, timelineDigits) };
  } catch (thrown) {
    if (HoldfastError.is(thrown, "STORE_UNAVAILABLE")) throw thrown;
    return undefined;
  }
}

/** A log file's name begins with its timeline. */
const timelineDigits = 8;

/** INVALID_CONFIG for a server that cannot keep the contract, STORE_READ_ONLY for a standby that is to be written. */
export function checkServer(facts: ServerFacts, access: DriverOptions["access"]): void {
  const { version, encoding, isStandby, checksReferences } = facts;
  if (version < versionLeast) throw unfit(`Postgres 13 is the oldest that is supported, and this is ${version}`);
  if (encoding !== "UTF8") throw unfit(`the database's encoding must be UTF8, and it is ${encoding}`);
  if (!checksReferences) throw unfit("session_replication_role is set to replica, so references are not checked");
  if (!isStandby) return;
  if (access === "read") throw unfit("the server is a standby, which cannot promise serializable reads");
  throw new HoldfastError("the server is a standby and takes no writes", { code: "STORE_READ_ONLY" });
}

/** What an acknowledged write survives, as the server's settings say. */
export function durabilityOf({ fsync, fullPageWrites, synchronousCommit }: ServerFacts): Guarantees["durability"] {
  return fsync && fullPageWrites && synchronousCommit ? "power-loss" : "process-crash";
}

type Rows = readonly Readonly<Record<string, unknown>>[];

async function rowsOf(client: ClientBase, text: string, values: readonly unknown[] = []): Promise<Rows> {
  try {
    return await ask(client, text, values);
  } catch (thrown) {
    throw classifyError(thrown);
  }
}

async function ask(client: ClientBase, text: string, values: readonly unknown[]): Promise<Rows> {
  const { rows } = await client.query<Record<string, unknown>>({ text, values: [...values] });
  return rows;
}

/** Lists come back with a space behind each comma, or without. */
function spacesLess(setting: string): string {
  return setting.replaceAll(", ", ",");
}

function unfit(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG" });
}
