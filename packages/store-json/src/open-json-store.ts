import { createStore } from "@holdfast/core";
import type { OpenOptions, Store } from "@holdfast/core";
import { backend } from "./backend.ts";
import { jsonDriver } from "./json-driver.ts";

/**
 * Opens the store in this file; where there is none, it is a new store, and its folders are made. One process
 * at a time may write: another gets STORE_LOCKED, which names the owner, or opens it with `access: "read"`.
 *
 * A file that is damaged, empty or no Holdfast file is STORE_CORRUPT and stays as it is; one that a newer release wrote is
 * LAYOUT_NEWER; one that may not be written is STORE_READ_ONLY.
 */
export async function openJsonStore(path: string, options: OpenOptions = {}): Promise<Store> {
  return createStore({ backend: backend.name, driver: jsonDriver(path), options });
}
