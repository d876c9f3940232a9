import { join } from "node:path";
import type { BenchDocument } from "../document.ts";
import type { Place, Subject } from "../subject.ts";
import { keyValue } from "./key-value.ts";
import { loadPeer } from "./load-peer.ts";

interface Keyv {
  get(key: string): Promise<BenchDocument | undefined>;
  set(key: string, value: BenchDocument): Promise<unknown>;
  setMany(entries: readonly { readonly key: string; readonly value: BenchDocument }[]): Promise<unknown>;
  disconnect(): Promise<void>;
  readonly iterator?: (namespace?: string) => AsyncIterable<unknown>;
}

interface KeyvModule {
  readonly default: new (options: { readonly store: unknown; readonly throwOnErrors: boolean }) => Keyv;
}

interface Adapter {
  readonly default: new (options: { readonly uri: string }) => unknown;
}

export function keyvSqlite(place: Place): Promise<Subject> {
  return keyv("@keyv/sqlite", `sqlite://${join(place.folder, "keyv.db")}`);
}

export function keyvPostgres(place: Place): Promise<Subject> {
  return keyv("@keyv/postgres", place.databaseUrl);
}

/** One table of keys and texts. */
async function keyv(adapter: string, uri: string): Promise<Subject> {
  const { default: KeyvStore } = await loadPeer<KeyvModule>("keyv");
  const { default: Store } = await loadPeer<Adapter>(adapter);
  const store = new KeyvStore({ store: new Store({ uri }), throwOnErrors: true });
  return {
    ...keyValue(
      (id) => store.get(id),
      (id, document) => store.set(id, document),
    ),
    saveMany: async (documents) => void (await store.setMany(documents.map((value) => ({ key: value.id, value })))),
    async count() {
      let count = 0;
      for await (const _entry of store.iterator?.() ?? []) count += 1;
      return count;
    },
    // Its adapter for Postgres ends the process's latest pool, and fails where another one here has done so already.
    [Symbol.asyncDispose]: () => store.disconnect().catch(() => undefined),
  };
}
