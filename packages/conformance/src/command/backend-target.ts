import { createStore } from "@holdfast/core";
import type { Backend, Guarantees, OpenOptions, Store } from "@holdfast/core";

import type { StoreTarget } from "../store-target.ts";
import type { FreshUrl } from "./load-backend.ts";

/** Opens one store to ask what it guarantees; what the suite then claims of the backend is just that. */
export async function backendTarget(backend: Backend, freshUrl: FreshUrl): Promise<StoreTarget> {
  const urls = new WeakMap<Store, string>();
  const openAt = async (url: string, options: OpenOptions): Promise<Store> => {
    const store = await createStore({ backend: backend.name, driver: backend.driver(url), options });
    urls.set(store, url);
    return store;
  };
  const open = async (options: OpenOptions): Promise<Store> => openAt(await freshUrl(), options);
  const { durability, writers, oneAtATime = false } = await guaranteesOf(open);
  const reopen = (earlier: Store, options: OpenOptions): Promise<Store> => openAt(urls.get(earlier) ?? "", options);
  return {
    name: backend.name,
    open,
    ...(durability === "none" ? {} : { reopen }),
    sharable: writers !== "process",
    oneAtATime,
  };
}

async function guaranteesOf(open: (options: OpenOptions) => Promise<Store>): Promise<Guarantees> {
  await using store = await open({});
  return store.guarantees;
}
