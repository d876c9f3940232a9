import { createStore } from "@holdfast/core";
import type { Backend, OpenOptions, Store } from "@holdfast/core";

import { workModel } from "./work-model.ts";

/** Only what is asked for is loaded: hundreds of processes are started. */
const backends: readonly { readonly name: string; readonly load: () => Promise<{ readonly backend: Backend }> }[] = [
  { name: "json", load: () => import("@holdfast/store-json") },
  { name: "sqlite", load: () => import("@holdfast/store-sqlite") },
];

/** Opens the store that a URL names, with the model of the work that is done in it. */
export async function openWork(url: string, options: OpenOptions = {}): Promise<Store> {
  const known = backends.find(({ name }) => url.startsWith(`${name}:`));
  if (known === undefined) throw new Error(`there is no backend for ${url}`);
  const { backend } = await known.load();
  return createStore({
    backend: backend.name,
    driver: backend.driver(url),
    options: { model: workModel, ...options },
  });
}
