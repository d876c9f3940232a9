import { createStore } from "@holdfast/core";
import type { OpenOptions, Store } from "@holdfast/core";
import { backend } from "./backend.ts";

/** Opens a new, empty store in memory. It keeps every promise of a store but to outlive the process. */
export async function openMemoryStore(options: OpenOptions = {}): Promise<Store> {
  return createStore({ backend: backend.name, driver: backend.driver("memory:"), options });
}
