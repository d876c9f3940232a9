import { join } from "node:path";
import { nextStatus } from "../document.ts";
import type { BenchDocument, Status } from "../document.ts";
import type { Place, Subject } from "../subject.ts";
import { loadPeer } from "./load-peer.ts";
import { required } from "./required.ts";

interface Kept extends BenchDocument {
  readonly _id: string;
  readonly turns: number;
  readonly changed: number;
}

interface Cursor extends PromiseLike<Kept[]> {
  sort(order: object): Cursor;
  limit(count: number): Cursor;
}

interface Datastore {
  loadDatabaseAsync(): Promise<void>;
  ensureIndexAsync(options: { readonly fieldName: string }): Promise<void>;
  insertAsync(documents: readonly Kept[]): Promise<unknown>;
  updateAsync(query: object, change: object, options: object): Promise<{ readonly numAffected: number }>;
  findOneAsync(query: object): Promise<Kept | null>;
  findAsync(query: object): Cursor;
  countAsync(query: object): Promise<number>;
}

interface Nedb {
  readonly default: new (options: { readonly filename: string }) => Datastore;
}

/** Documents in memory; each change is appended to the file. It has no batch of replacements, only one of new ones. */
export async function nedb({ folder }: Place): Promise<Subject> {
  const { default: Store } = await loadPeer<Nedb>("@seald-io/nedb");
  const store = new Store({ filename: join(folder, "nedb.db") });
  await store.loadDatabaseAsync();
  for (const fieldName of ["parentId", "status"]) await store.ensureIndexAsync({ fieldName });
  let clock = 0;
  const kept = (document: BenchDocument): Kept => ({ ...document, _id: document.id, turns: 0, changed: (clock += 1) });
  return {
    save: async (document) => void (await store.updateAsync({ _id: document.id }, kept(document), { upsert: true })),
    saveMany: async (documents) => void (await store.insertAsync(documents.map(kept))),
    get: async (id) => (await store.findOneAsync({ _id: id })) ?? undefined,
    children: async (parentId) => store.findAsync({ parentId }),
    async page({ status, limit, after }) {
      const query = after === undefined ? { status } : { status, changed: { $lt: Number(after) } };
      const documents = await store.findAsync(query).sort({ changed: -1 }).limit(limit);
      return { documents, next: documents.at(-1)?.changed.toString() };
    },
    transition: async (id) => moved(store, id, () => (clock += 1)),
    turns: async (id) => required(await store.findOneAsync({ _id: id }), id).turns,
    count: async () => store.countAsync({}),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Only from the status that was read, or once more. */
async function moved(store: Datastore, id: string, now: () => number): Promise<void> {
  for (;;) {
    const { status, turns } = required(await store.findOneAsync({ _id: id }), id);
    const next: Status = nextStatus(status);
    const change = { $set: { status: next, changed: now() }, $inc: { turns: 1 } };
    const { numAffected } = await store.updateAsync({ _id: id, status, turns }, change, {});
    if (numAffected === 1) return;
  }
}
