import { HoldfastError } from "@holdfast/core";
import type { Backend } from "@holdfast/core";
import { SqlDriver } from "@holdfast/store-sql";

import { connectPglite } from "./connections.ts";
import { pgliteDialect } from "./dialect.ts";

/** A store in a schema of this process's own Postgres: `pglite:app`. Its data ends with the process. */
export const backend: Backend = {
  name: "pglite",
  driver(url) {
    const [, schema] = /^pglite:([a-z][a-z0-9_-]{0,47})$/.exec(url) ?? [];
    if (schema === undefined)
      throw new HoldfastError("a PGlite store is named so: pglite:app", { code: "INVALID_CONFIG" });
    return new SqlDriver({ dialect: pgliteDialect, schema, connect: () => connectPglite(schema) });
  },
};
