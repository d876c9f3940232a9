import { join } from "node:path";
import { nextStatus } from "../document.ts";
import type { BenchDocument } from "../document.ts";
import type { Place, Subject } from "../subject.ts";
import { loadPeer } from "./load-peer.ts";
import { required } from "./required.ts";

interface Kept extends BenchDocument {
  readonly turns: number;
  readonly updatedAt: number;
}

interface Low {
  readonly data: Record<string, Kept>;
  write(): Promise<void>;
}

interface Lowdb {
  readonly JSONFilePreset: (file: string, first: Record<string, Kept>) => Promise<Low>;
}

/** An object in memory; each write rewrites the file, and writes that wait share the next one. */
export async function lowdb({ folder }: Place): Promise<Subject> {
  const { JSONFilePreset } = await loadPeer<Lowdb>("lowdb/node");
  const low = await JSONFilePreset(join(folder, "lowdb.json"), {});
  let clock = 0;
  const put = (document: BenchDocument, turns: number): void => {
    low.data[document.id] = { ...document, turns, updatedAt: (clock += 1) };
  };
  const those = (is: (one: Kept) => boolean): Kept[] => Object.values(low.data).filter(is);
  return {
    async save(document) {
      put(document, low.data[document.id]?.turns ?? 0);
      await low.write();
    },
    async saveMany(documents) {
      for (const document of documents) put(document, low.data[document.id]?.turns ?? 0);
      await low.write();
    },
    get: async (id) => structuredClone(low.data[id]),
    children: async (parentId) => structuredClone(those((one) => one.parentId === parentId)),
    async page({ status, limit, after = "Infinity" }) {
      const found = those((one) => one.status === status && one.updatedAt < Number(after))
        .toSorted((one, other) => other.updatedAt - one.updatedAt)
        .slice(0, limit);
      return { documents: structuredClone(found), next: found.at(-1)?.updatedAt.toString() };
    },
    async transition(id) {
      const one = required(low.data[id], id);
      put({ ...one, status: nextStatus(one.status) }, one.turns + 1);
      await low.write();
    },
    turns: async (id) => required(low.data[id], id).turns,
    count: async () => Object.keys(low.data).length,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
