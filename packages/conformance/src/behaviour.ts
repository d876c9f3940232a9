import type { OpenOptions, Store, StoreSession } from "@holdfast/core";

/** What a behaviour may rest on beside the contract that every backend keeps. */
export type Trait = "persistent" | "sharable" | "exclusive" | "concurrent";

/** What a behaviour gets to work with. It closes what it opens. */
export interface Bench {
  /** A tenant of its own in a store that the theme shares. */
  readonly store: Store;
  /** A fresh and empty store, with the suite's model unless the options bring another. */
  readonly open: (options?: OpenOptions) => Promise<Store>;
  /** The place of an earlier store, opened once more: closed before, or still open where stores may share. */
  readonly reopen: (earlier: Store, options?: OpenOptions) => Promise<Store>;
}

/** What a store's view and a transaction in it have in common. */
export interface TenantSession extends StoreSession {
  readonly tenantName: string;
}

/** What a behaviour gets to work with that needs no more than a session, of a tenant that nobody else uses. */
export interface SessionBench {
  readonly store: TenantSession;
}

/** One promise of the contract, and a way to see whether it is kept. */
export interface Behaviour {
  readonly name: string;
  readonly needs?: Trait;
  readonly run: (bench: Bench) => Promise<void>;
  /** The same for a session: there where the promise holds inside a transaction as it does outside. */
  readonly runInside?: (bench: SessionBench) => Promise<void>;
}

export interface Theme {
  readonly name: string;
  readonly behaviours: readonly Behaviour[];
}

type Run = (bench: Bench) => Promise<void>;

export function behaviour(name: string, run: Run): Behaviour {
  return { name, run };
}

/** For promises that a store and a transaction keep alike. */
export function anywhere(name: string, run: (bench: SessionBench) => Promise<void>): Behaviour {
  return { name, run, runInside: run };
}

/** For backends whose data outlives the store. */
export function persistent(name: string, run: Run): Behaviour {
  return { name, run, needs: "persistent" };
}

/** For backends on whose data two stores may be open at once. */
export function sharable(name: string, run: Run): Behaviour {
  return { name, run, needs: "sharable" };
}

/** For backends on which other calls are answered while a transaction is open. */
export function concurrent(name: string, run: Run): Behaviour {
  return { name, run, needs: "concurrent" };
}

/** For backends whose data outlives the store, and on which one store at a time may be open. */
export function exclusive(name: string, run: Run): Behaviour {
  return { name, run, needs: "exclusive" };
}
