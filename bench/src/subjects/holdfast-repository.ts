import { openStore } from "@holdfast/connect";
import { copy, saveArchive } from "@holdfast/migrate";
import type { CopyProgress } from "@holdfast/migrate";
import { repository } from "@holdfast/repositories";
import type { Store } from "@holdfast/core";
import type { Place, Subject } from "../subject.ts";
import { models, MovingDocument, PlainDocument } from "./bench-model.ts";

/** This project as its users write it: repositories, which check each document by its schema both ways. */
export async function holdfastRepository(
  url: string,
  { entity }: Place,
  durability: "power-loss" | "process-crash" = "power-loss",
): Promise<Subject> {
  const store = await openStore(url, { model: models[entity], durability });
  if (store.guarantees.durability !== durability) throw new Error(`the store does not promise ${durability}`);
  return { ...(entity === "plain" ? plain(store) : moving(store)), [Symbol.asyncDispose]: () => store.close() };
}

type Calls = Omit<Subject, typeof Symbol.asyncDispose>;

function plain(store: Store): Calls {
  const documents = repository(PlainDocument, store);
  return {
    save: async (document) => void (await documents.save(document)),
    saveMany: async (many) => void (await documents.saveMany(many)),
    get: (id) => documents.get(id),
    children: async (parentId) => (await documents.find({ where: { parentId } })).items,
    async page({ status, limit, after }) {
      const orderBy = [{ field: "updatedAt", direction: "desc" }] as const;
      const { items, next } = await documents.find({ where: { status }, orderBy, limit, after });
      return { documents: items, next };
    },
    takeOver: async (from) => async (onWritten) => {
      await using source = await openStore(from, { model: models.plain });
      const onProgress = ({ copied, total }: CopyProgress): void => (copied === total ? onWritten() : undefined);
      const { equal } = await copy(source, store, { onProgress });
      if (!equal) throw new Error("the copy differs");
    },
    archive: async (file) => void (await saveArchive(store, file)),
    count: () => documents.count(),
  };
}

function moving(store: Store): Calls {
  const documents = repository(MovingDocument, store);
  return {
    saveMany: async (many) => void (await documents.saveMany(many)),
    get: (id) => documents.get(id),
    transition: async (id) => void (await documents.transition(id, "advance")),
    turns: async (id) => ((await documents.get(id))?.version ?? 1) - 1,
    count: () => documents.count(),
  };
}
