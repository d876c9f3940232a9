import { createStore } from "@holdfast/core";
import type { OpenOptions, Store } from "@holdfast/core";

import { backend, sqliteDriver } from "./backend.ts";

/**
 * Opens a store in a SQLite file, which is made, with its folder, where it is not there; `:memory:` is one that ends
 * when it is closed. STORE_CORRUPT for a file that is no database and INVALID_CONFIG for one of another program: both
 * are left as they are.
 */
export async function openSqliteStore(path: string, options: OpenOptions = {}): Promise<Store> {
  return createStore({ backend: backend.name, driver: sqliteDriver(path), options });
}
