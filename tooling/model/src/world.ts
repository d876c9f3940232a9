import type { ChangeCursor, Query, Store } from "@holdfast/core";

import type { Mark } from "./page-of.ts";
import { Reference } from "./reference.ts";

/** A page token that a store gave, and where the reference says that it stands. */
export interface KnownToken {
  readonly query: Query;
  readonly token: string;
  readonly mark: Mark;
}

/** What one run knows of one tenant: what it must hold, the tokens that it gave, how far its feed was followed. */
export interface Tenant {
  readonly name: string;
  reference: Reference;
  readonly tokens: KnownToken[];
  /** What a follower of the feed holds: the version of each record by key, with its text while it lives. */
  readonly followed: Map<string, { readonly version: number; readonly text: string | undefined }>;
  cursor: ChangeCursor | undefined;
}

export interface World {
  readonly tenants: readonly Tenant[];
}

/** The store under test, and how to close and open it again where its data lasts. */
export interface Real {
  store: Store;
  readonly reopen: ((earlier: Store) => Promise<Store>) | undefined;
}

export function newWorld(names: readonly string[]): World {
  return {
    tenants: names.map((name) => ({
      name,
      reference: new Reference(),
      tokens: [],
      followed: new Map(),
      cursor: undefined,
    })),
  };
}
