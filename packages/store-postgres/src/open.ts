import { createStore } from "@holdfast/core";
import type { OpenOptions, Store } from "@holdfast/core";

import { backend, postgresDriver } from "./backend.ts";

/**
 * Opens a store in a schema of a Postgres database, Postgres 13 or newer. STORE_UNAVAILABLE where the server cannot be
 * reached, INVALID_CONFIG where it does not let the role in, STORE_READ_ONLY where it is a standby.
 */
export async function openPostgresStore(url: string, options: OpenOptions = {}): Promise<Store> {
  return createStore({ backend: backend.name, driver: postgresDriver(url), options });
}
