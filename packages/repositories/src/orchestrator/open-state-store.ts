import { openStore } from "@holdfast/connect";
import { HoldfastError, systemStamps } from "@holdfast/core";
import { Gate } from "../gate.ts";
import { OpenChunks } from "./open-chunks.ts";
import { orchestratorModel } from "./orchestrator-model.ts";
import { stateSession } from "./state-session.ts";
import type { OverStoreOptions, StateStore, StateStoreOptions } from "./state-store-types.ts";
import type { StoreConfig } from "@holdfast/connect";
import type { Stamps, Store } from "@holdfast/core";

/**
 * The state of an orchestrator in the store that a URL or a config object names, or without one in that of the
 * environment, as `openStore` of @holdfast/connect. Over a store that is open already, or a tenant's view of it: that
 * store stays open when the state is closed. INVALID_MODEL for a store without the entities of `orchestratorModel`;
 * whatever opening the store throws.
 */
export async function openStateStore(url?: string | StoreConfig, options?: StateStoreOptions): Promise<StateStore>;
export async function openStateStore(store: Store, options?: OverStoreOptions): Promise<StateStore>;
export async function openStateStore(
  place?: string | StoreConfig | Store,
  options: StateStoreOptions = {},
): Promise<StateStore> {
  const { stamps = systemStamps } = options;
  if (isStore(place)) {
    checkModel(place);
    return stateStore(place, stamps, async () => undefined);
  }
  const store = await openStore(place, { model: orchestratorModel, ...options });
  try {
    checkModel(store);
  } catch (error) {
    await store.close();
    throw error;
  }
  return stateStore(store, stamps, async () => store.close());
}

function stateStore(store: Store, stamps: Stamps, closeStore: () => Promise<void>): StateStore {
  const gate = new Gate();
  const close = async (): Promise<void> => {
    await gate.close();
    await closeStore();
  };
  return {
    ...stateSession({ session: store, stamps, openChunks: new OpenChunks() }, gate.pass),
    store,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function isStore(place: string | StoreConfig | Store | undefined): place is Store {
  return typeof place === "object" && "transaction" in place;
}

function checkModel({ layout }: Store): void {
  const known = new Set(layout.types.map(({ type }) => type));
  const missing = orchestratorModel.entities.map(({ name }) => name).filter((name) => !known.has(name));
  if (missing.length === 0) return;
  throw new HoldfastError(
    `the store was opened without ${missing.join(", ")}: open it with orchestratorModel, or with a model that holds its entities`,
    { code: "INVALID_MODEL", details: { missing } },
  );
}
