/** A follower that keeps the versions of what it is told, and goes on from its cursor when the feed fails for a while. */
import { setTimeout as delay } from "node:timers/promises";

import { HoldfastError } from "@holdfast/core";
import type { ChangeCursor, Store } from "@holdfast/core";

const pauseMs = 50;

export class Replica {
  /** The version of each record that is there, by type and id. */
  readonly versions = new Map<string, number>();
  /** Versions that came out of their order. */
  readonly strays: string[] = [];
  /** How often the feed failed and was asked anew. */
  failures = 0;
  #cursor: ChangeCursor | undefined;

  get cursor(): ChangeCursor | undefined {
    return this.#cursor;
  }

  /** Follows until the signal is given. An error that no waiting cures is thrown. */
  async follow(store: Store, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#read(store, { follow: true, signal });
      } catch (thrown) {
        if (!HoldfastError.is(thrown) || !thrown.retryable) throw thrown;
        this.failures += 1;
        await delay(pauseMs);
      }
    }
  }

  /** Takes what is there now. */
  catchUp(store: Store): Promise<void> {
    return this.#read(store, {});
  }

  async #read(store: Store, options: { readonly follow?: boolean; readonly signal?: AbortSignal }): Promise<void> {
    for await (const { changes, next } of store.changes(this.#cursor, options)) {
      for (const change of changes) this.#take(change.kind === "put" ? change.record : change.tombstone, change.kind);
      this.#cursor = next;
    }
  }

  #take({ type, id, version }: { type: string; id: string; version: number }, kind: string): void {
    const key = `${type} ${id}`;
    if (version <= (this.versions.get(key) ?? 0)) this.strays.push(`${key} at ${version} came late, or twice`);
    if (kind === "put") this.versions.set(key, version);
    else this.versions.delete(key);
  }
}

/** The versions that a store holds of these types, as a replica keeps them. */
export async function versionsIn(store: Store, types: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const versions = new Map<string, number>();
  for (const type of types) {
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await store.find({ type, limit: 10_000, omit: "body", ...(after === undefined ? {} : { after }) });
      for (const { id, version } of page.records) versions.set(`${type} ${id}`, version);
      after = page.next;
    }
  }
  return versions;
}
