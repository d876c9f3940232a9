import type { DriverOptions } from "@holdfast/core";

import type { StoreUrl } from "./store-url.ts";

/** A statement waits no longer for a lock: whoever tries again looks at deadlines and signals in between. */
const lockMsMost = 1_000;
const commitSilenceMsMost = 15_000;

/** How long is waited for what a server does. */
export interface StatementLimits {
  /** For a lock, before the server refuses the statement. */
  readonly lockMs: number;
  /** For a statement, before the server cancels it; 0 for no limit. */
  readonly statementMs: number;
  /** For a sign of life while an answer is awaited, before the connection is given up: longer than the server takes. */
  readonly silenceMs: number;
  /** The same while a commit is awaited, whose fate can then be asked for elsewhere. */
  readonly commitSilenceMs: number;
}

export function statementLimits({ statementMs }: StoreUrl, { busyTimeoutMs }: DriverOptions): StatementLimits {
  const silenceMs = Math.ceil(statementMs * 1.25);
  return {
    lockMs: Math.min(Math.max(Math.ceil(busyTimeoutMs), 1), lockMsMost),
    statementMs,
    silenceMs,
    commitSilenceMs: silenceMs === 0 ? commitSilenceMsMost : Math.min(silenceMs, commitSilenceMsMost),
  };
}

/**
 * What a session is to be like, whatever the server, the database or the role sets otherwise, by the names and in the
 * units of Postgres:
 * - the isolation of a statement that stands alone;
 * - functions, operators and types are Postgres's own, whatever schemas anybody has made (tables are always named with
 *   theirs);
 * - a policy that would hide rows from the role is an error, not a store with some rows missing;
 * - doubles come in full length, and backslashes in texts are what they are;
 * - how long a transaction may wait for its caller's code is the caller's to say, by the time that it may take;
 * - a client that is gone without a word is found out in half a minute, so that its locks do not stay.
 */
export function sessionSettings({ lockMs, statementMs }: StatementLimits): ReadonlyMap<string, string> {
  return new Map([
    ["default_transaction_isolation", "serializable"],
    ["default_transaction_read_only", "off"],
    ["default_transaction_deferrable", "off"],
    ["search_path", "pg_catalog,pg_temp"],
    ["row_security", "off"],
    ["extra_float_digits", "1"],
    ["standard_conforming_strings", "on"],
    ["lock_timeout", String(lockMs)],
    ["statement_timeout", String(statementMs)],
    ["idle_in_transaction_session_timeout", "0"],
    ["tcp_keepalives_idle", "10"],
    ["tcp_keepalives_interval", "5"],
    ["tcp_keepalives_count", "4"],
  ]);
}

/** As the server takes them when a connection begins. */
export function startupOptions(settings: ReadonlyMap<string, string>): string {
  return [...settings].map(([name, value]) => `-c ${name}=${value}`).join(" ");
}

/** Settings that only mean something to a session as a whole; on a socket of the system's they read 0. */
const wholeSession = /^(?:default_transaction_|tcp_)/;

/** Which of them a transaction has to set itself, since the connection's own did not come through. */
export function missingSettings(
  wanted: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const missing = [...wanted].filter(([name, value]) => !wholeSession.test(name) && found.get(name) !== value);
  return new Map(missing);
}

/** Statements that set them until the transaction ends. Unlike a select, they take no snapshot. */
export function setLocally(settings: ReadonlyMap<string, string>): readonly string[] {
  return [...settings].map(([name, value]) => `set local ${name} = ${value}`);
}
