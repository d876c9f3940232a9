import type { Backend, Driver } from "@holdfast/core";
import { SqlDriver } from "@holdfast/store-sql";

import { connectPostgres } from "./connections.ts";
import { postgresDialect } from "./dialect.ts";
import { parseStoreUrl } from "./store-url.ts";

/**
 * A store in a Postgres database, which processes of many hosts may share: `postgres://user@host/database?schema=app`.
 * The schema is made where it is missing; all other parameters are pg's.
 */
export const backend: Backend = {
  name: "postgres",
  driver: postgresDriver,
};

export function postgresDriver(url: string): Driver {
  const store = parseStoreUrl(url);
  return new SqlDriver({
    dialect: postgresDialect,
    schema: store.schema,
    connect: (options) => connectPostgres(store, options),
  });
}
