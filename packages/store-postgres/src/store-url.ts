import { HoldfastError } from "@holdfast/core";
import { Client } from "pg";

import { secureParameters } from "./transport-security.ts";

export interface StoreUrl {
  /** What pg reads, without what is ours, and with what the connection's security is to be. It may hold a password. */
  readonly connectionString: string;
  /** Where the tables stand. */
  readonly schema: string;
  /** Settings for each connection, as Postgres's own command line takes them. */
  readonly options: string | undefined;
  /** How many connections the store opens at most, beside one that listens while anybody follows. */
  readonly connections: number;
  /** How long the server may work on one statement, in milliseconds; 0 for no limit. */
  readonly statementMs: number;
}

const nameBytesMost = 63;
const own = ["schema", "options", "connections", "statement_timeout"] as const;
const limits = {
  connections: { standard: 10, least: 1, most: 1_000 },
  statement_timeout: { standard: 30_000, least: 0, most: 2 ** 31 - 1 },
} as const;

/**
 * Takes out of a URL what is the store's: `schema` (default `public`), `connections` (10), `statement_timeout` (30,000
 * milliseconds), and `options`, to which ours are added. INVALID_CONFIG, which never shows the URL.
 */
export function parseStoreUrl(url: string): StoreUrl {
  if (!/^postgres(?:ql)?:\/\//.test(url)) throw invalid('the URL of a Postgres store begins with "postgres://"');
  const [base = "", ...rest] = url.split("?");
  const given = new URLSearchParams(rest.join("?"));
  const schema = given.get("schema") ?? "public";
  const options = given.get("options") ?? undefined;
  const connections = wholeNumber(given, "connections");
  const statementMs = wholeNumber(given, "statement_timeout");
  for (const name of own) given.delete(name);
  if (schema === "" || schema.includes("\0") || Buffer.byteLength(schema) > nameBytesMost || schema.startsWith("pg_")) {
    throw invalid(`"schema" takes a name of 1 to ${nameBytesMost} bytes that does not begin with pg_`);
  }
  return { connectionString: secured(base, given), schema, options, connections, statementMs };
}

/** What pg can make nothing of, and files that are not there, are found now and not at the first connection. */
function secured(base: string, given: URLSearchParams): string {
  try {
    const query = secureParameters(base, given).toString();
    const connectionString = query === "" ? base : `${base}?${query}`;
    // Only read: it never connects.
    new Client({ connectionString });
    return connectionString;
  } catch (thrown) {
    throw invalid(`pg cannot use the URL: ${reason(thrown)}`);
  }
}

/** A URL that cannot be read stands whole in its error. */
function reason(thrown: unknown): string {
  if (!(thrown instanceof Error) || "input" in thrown || thrown instanceof URIError) return "it is no URL";
  return thrown.message;
}

function wholeNumber(given: URLSearchParams, name: keyof typeof limits): number {
  const { standard, least, most } = limits[name];
  const text = given.get(name);
  if (text === null) return standard;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw invalid(`"${name}" takes a whole number from ${least} to ${most}`);
}

function invalid(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG" });
}
