import { HoldfastError, pathProblem } from "@holdfast/core";
import type { Backend, Driver } from "@holdfast/core";
import { SqlDriver } from "@holdfast/store-sql";

import { connectSqlite } from "./connections.ts";
import { memoryName } from "./database-file.ts";
import { sqliteDialect } from "./dialect.ts";

/**
 * A store in a SQLite file, which processes of one host may share: `sqlite:./data/app.db`, `sqlite:/var/lib/app.db`, or
 * `sqlite::memory:` for one that ends when it is closed.
 */
export const backend: Backend = {
  name: "sqlite",
  driver(url) {
    if (!url.startsWith("sqlite:")) throw invalid('the URL of a SQLite store begins with "sqlite:"');
    return sqliteDriver(url.slice("sqlite:".length));
  },
};

/** A driver for a path, or for `:memory:`. */
export function sqliteDriver(path: string): Driver {
  const reason = path === memoryName ? undefined : pathProblem(path);
  if (reason !== undefined) throw invalid(`the path of a SQLite store ${reason}, as in sqlite:./data/app.db`);
  if (/^\/\/[^/]/.test(path))
    throw invalid("a SQLite store is a local file: sqlite:./data/app.db, sqlite:/data/app.db");
  return new SqlDriver({ dialect: sqliteDialect, connect: (options) => connectSqlite(path, options) });
}

function invalid(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG" });
}
