import { openStore } from "@holdfast/connect";
import type { JsonValue, StoredRecord, WriteOp } from "@holdfast/core";
import { nextStatus } from "../document.ts";
import type { BenchDocument } from "../document.ts";
import type { Place, Subject } from "../subject.ts";
import { entityName, models } from "./bench-model.ts";

/** This project's store alone, without repositories over it: versions and durability, and no schema. */
export async function holdfastRecords(url: string, { entity }: Place): Promise<Subject> {
  const store = await openStore(url, { model: models[entity] });
  const one = async (id: string): Promise<StoredRecord | undefined> => (await store.get(entityName, [id]))[0];
  return {
    save: async (document) => void (await store.write([put(document)])),
    saveMany: async (documents) => void (await store.write(documents.map(put))),
    get: one,
    children: async (parentId) => (await store.find({ type: entityName, where: { parentId } })).records,
    async page({ status, limit, after }) {
      const orderBy = [{ field: "updatedAt", direction: "desc" }] as const;
      const page = await store.find({ type: entityName, where: { status }, orderBy, limit, ...(after && { after }) });
      return { documents: page.records, next: page.next };
    },
    async transition(id) {
      for (;;) {
        const record = await one(id);
        if (record === undefined) throw new Error(`there is no ${id}`);
        const { version, documentVersion, body } = record;
        const status = textOf(body["status"]);
        const moved = { type: entityName, id, documentVersion, body: { ...body, status: nextStatus(status) } };
        const [result] = await store.write([{ put: moved, expect: version, match: { status } }]);
        if (result?.ok === true) return;
      }
    },
    turns: async (id) => ((await one(id))?.version ?? 1) - 1,
    count: () => store.count(entityName),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

function put({ id, ...document }: BenchDocument): WriteOp {
  return { put: { type: entityName, id, documentVersion: 1, body: document }, expect: "any" };
}

function textOf(value: JsonValue | undefined): string {
  if (typeof value !== "string") throw new Error("a status is a text");
  return value;
}
