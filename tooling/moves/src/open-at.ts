import { createStore, type Backend, type OpenOptions, type Store } from "@holdfast/core";

/** Only what is asked for is loaded: hundreds of processes are started. */
const backends: Readonly<Record<string, () => Promise<{ readonly backend: Backend }>>> = {
  json: () => import("@holdfast/store-json"),
  sqlite: () => import("@holdfast/store-sqlite"),
  postgres: () => import("@holdfast/store-postgres"),
};

/** Opens the store that a URL names. */
export async function openAt(url: string, options: OpenOptions = {}): Promise<Store> {
  const load = backends[url.slice(0, url.indexOf(":"))];
  if (load === undefined) throw new Error(`there is no backend for ${url}`);
  const { backend } = await load();
  return createStore({ backend: backend.name, driver: backend.driver(url), options });
}
