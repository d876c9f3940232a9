import { nextStatus } from "../document.ts";
import type { BenchDocument } from "../document.ts";
import type { Subject } from "../subject.ts";
import { required } from "./required.ts";

interface Kept extends BenchDocument {
  readonly turns?: number;
}

/** What any store of values by keys can do. A transition is a read and a write, with nothing that holds them together. */
export function keyValue(
  get: (id: string) => Promise<Kept | null | undefined>,
  set: (id: string, document: Kept) => Promise<unknown>,
): Required<Pick<Subject, "save" | "get" | "transition" | "turns">> {
  return {
    save: async (document) => void (await set(document.id, document)),
    get: async (id) => (await get(id)) ?? undefined,
    async transition(id) {
      const one = required(await get(id), id);
      await set(id, { ...one, status: nextStatus(one.status), turns: (one.turns ?? 0) + 1 });
    },
    turns: async (id) => required(await get(id), id).turns ?? 0,
  };
}
