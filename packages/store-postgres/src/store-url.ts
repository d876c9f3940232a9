import { HoldfastError } from "@holdfast/core";

export interface StoreUrl {
  /** What pg reads, without what is ours. */
  readonly connectionString: string;
  /** Where the tables stand. */
  readonly schema: string;
  /** Settings for each connection, as Postgres's own command line takes them. */
  readonly options: string | undefined;
}

const nameBytesMost = 63;

/** Takes `schema` (default `public`) out of a URL, and `options`, to which ours are added. INVALID_CONFIG. */
export function parseStoreUrl(url: string): StoreUrl {
  if (!/^postgres(?:ql)?:\/\//.test(url)) throw invalid('the URL of a Postgres store begins with "postgres://"');
  const [base = "", ...rest] = url.split("?");
  const parameters = new URLSearchParams(rest.join("?"));
  const schema = parameters.get("schema") ?? "public";
  const options = parameters.get("options") ?? undefined;
  parameters.delete("schema");
  parameters.delete("options");
  if (schema === "" || schema.includes("\0") || Buffer.byteLength(schema) > nameBytesMost || schema.startsWith("pg_")) {
    throw invalid(`"schema" takes a name of 1 to ${nameBytesMost} bytes that does not begin with pg_`);
  }
  const query = parameters.toString();
  return { connectionString: query === "" ? base : `${base}?${query}`, schema, options };
}

function invalid(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG" });
}
