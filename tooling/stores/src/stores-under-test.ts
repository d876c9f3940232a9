import { createStore } from "@holdfast/core";
import type { Backend, OpenOptions, Store } from "@holdfast/core";
import { backend as json } from "@holdfast/store-json";
import { backend as memory } from "@holdfast/store-memory";
import { backend as postgres } from "@holdfast/store-postgres";
import { backend as sqlite } from "@holdfast/store-sqlite";
import { selectStores } from "@holdfast-tooling/pg-test";
import type { StoreName } from "@holdfast-tooling/pg-test";
import { afterAll } from "vitest";

import { inFiles, inMemory, inSchemas } from "./places.ts";
import type { Places } from "./places.ts";
import type { StoreUnderTest } from "./store-under-test.ts";

interface Kind {
  readonly backend: Backend;
  readonly places: () => Places;
  /** Who may hold a place open: nobody again once it is closed, one store at a time, or several. */
  readonly holders: "none" | "one" | "several";
}

const kinds: Readonly<Record<StoreName, Kind>> = {
  memory: { backend: memory, places: () => inMemory("memory:"), holders: "none" },
  json: { backend: json, places: () => inFiles("json", "entities.json"), holders: "one" },
  sqlite: { backend: sqlite, places: () => inFiles("sqlite", "app.db"), holders: "several" },
  postgres: { backend: postgres, places: () => inSchemas(testServer), holders: "several" },
};

/**
 * The stores to test, as `STORES` names them (all where it is absent; an unknown name is an error). Call it while a vitest
 * file is collected: what the stores left behind is removed after its tests. `STORES` with postgres but without a server
 * makes the tests fail that open one.
 */
export function storesUnderTest(): readonly StoreUnderTest[] {
  return selectStores(process.env["STORES"]).map(storeUnderTest);
}

function storeUnderTest(name: StoreName): StoreUnderTest {
  const { backend, places: makePlaces, holders } = kinds[name];
  const places = makePlaces();
  const urls = new WeakMap<Store, string>();
  afterAll(() => places.remove());

  const openAt = async (url: string, options: OpenOptions): Promise<Store> => {
    const store = await createStore({ backend: backend.name, driver: backend.driver(url), options });
    urls.set(store, url);
    return store;
  };
  const urlOf = (store: Store): string => {
    const url = urls.get(store);
    if (url === undefined) throw new Error(`this is no store of "${name}" under test, but a view of one or another's`);
    return url;
  };
  return {
    name,
    open: async (options) => openAt(await places.freshUrl(), options),
    ...(holders === "none" ? {} : { reopen: async (earlier, options) => openAt(urlOf(earlier), options) }),
    sharable: holders === "several",
    freshUrl: () => places.freshUrl(),
    urlOf,
  };
}

function testServer(): string {
  const url = process.env["HOLDFAST_TEST_POSTGRES"];
  if (url !== undefined && url !== "") return url;
  throw new Error("There is no Postgres to test against: run the tests from the root of the repository with vitest.");
}
