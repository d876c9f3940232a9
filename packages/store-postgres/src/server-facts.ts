import { HoldfastError } from "@holdfast/core";
import type { DriverOptions, Guarantees } from "@holdfast/core";
import type { ClientBase } from "pg";

import { classifyError } from "./classify-error.ts";

const versionLeast = 130_000;

/** What a connection's server says of itself and of the connection. */
export interface ServerFacts {
  readonly version: number;
  readonly database: string;
  readonly encoding: string;
  /** Whether a statement that stands alone is serializable. A pooler in between may have dropped that setting. */
  readonly isSerializable: boolean;
  /** Whether a statement gives up waiting for a lock by itself. */
  readonly hasLockTimeout: boolean;
  /** Whether the server's process is the one that the connection was opened to, so no pooler changes it in between. */
  readonly keepsPrepared: boolean;
  readonly isStandby: boolean;
  readonly fsync: boolean;
  readonly fullPageWrites: boolean;
  readonly synchronousCommit: boolean;
}

/** Which server it is: the same data in the same history. Undefined where the role may not ask. */
export interface ServerIdentity {
  readonly system: string;
  readonly timeline: string;
}

const factsQuery = `select pg_backend_pid() as pid, current_setting('server_version_num')::int as version, current_database()::text as database,
  current_setting('server_encoding') as encoding, pg_is_in_recovery() as standby,
  current_setting('default_transaction_isolation') as isolation, current_setting('lock_timeout') as lock_timeout,
  current_setting('fsync') as fsync,  current_setting('full_page_writes') as full_page_writes, current_setting('synchronous_commit') as synchronous_commit`;

const identityQuery = `select (select system_identifier::text from pg_control_system()) as system,
  case when pg_is_in_recovery() then null else substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) end as timeline`;

export async function readFacts(client: ClientBase): Promise<ServerFacts> {
  const row = await firstRow(client, factsQuery);
  return {
    version: Number(row["version"]),
    database: String(row["database"]),
    encoding: String(row["encoding"]),
    isSerializable: row["isolation"] === "serializable",
    hasLockTimeout: row["lock_timeout"] !== "0",
    keepsPrepared: "processID" in client && client.processID === row["pid"],
    isStandby: row["standby"] === true,
    fsync: row["fsync"] === "on",
    fullPageWrites: row["full_page_writes"] === "on",
    synchronousCommit: row["synchronous_commit"] !== "off",
  };
}

export async function readIdentity(client: ClientBase): Promise<ServerIdentity | undefined> {
  try {
    const { system, timeline } = await firstRow(client, identityQuery);
    return typeof system === "string" && typeof timeline === "string" ? { system, timeline } : undefined;
  } catch (thrown) {
    if (HoldfastError.is(thrown, "STORE_UNAVAILABLE")) throw thrown;
    return undefined;
  }
}

/** INVALID_CONFIG for a server that cannot keep the contract, STORE_READ_ONLY for a standby that is to be written. */
export function checkServer(facts: ServerFacts, access: DriverOptions["access"]): void {
  const { version, encoding, isStandby } = facts;
  if (version < versionLeast) throw unfit(`Postgres 13 is the oldest that is supported, and this is ${version}`);
  if (encoding !== "UTF8") throw unfit(`the database's encoding must be UTF8, and it is ${encoding}`);
  if (!isStandby) return;
  if (access === "read") throw unfit("the server is a standby, which cannot promise serializable reads");
  throw new HoldfastError("the server is a standby and takes no writes", { code: "STORE_READ_ONLY" });
}

/** What an acknowledged write survives, as the server's settings say. */
export function durabilityOf({ fsync, fullPageWrites, synchronousCommit }: ServerFacts): Guarantees["durability"] {
  return fsync && fullPageWrites && synchronousCommit ? "power-loss" : "process-crash";
}

async function firstRow(client: ClientBase, query: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { rows } = await client.query<Record<string, unknown>>(query);
    return rows[0] ?? {};
  } catch (thrown) {
    throw classifyError(thrown);
  }
}

function unfit(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG" });
}
