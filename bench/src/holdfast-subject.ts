import { openStore } from "@holdfast/connect";
import { isJsonObject, parseJson } from "@holdfast/core";
import type { Layout } from "@holdfast/core";
import type { Subject } from "./subject.ts";

const layout: Layout = {
  types: [
    {
      type: "Case",
      schemaVersion: 1,
      fields: [
        { name: "parentId", kind: "string" },
        { name: "status", kind: "string" },
      ],
      indexes: [
        { fields: ["parentId"], unique: false },
        { fields: ["status", "updatedAt"], unique: false },
      ],
      references: [],
    },
  ],
};

/** This project's store at a URL, through its public door. */
export async function holdfastSubject(url: string): Promise<Subject> {
  const store = await openStore(url, { model: { layout } });
  return {
    async save(id, text) {
      const body = parseJson(text);
      if (!isJsonObject(body)) throw new Error("a document is an object");
      await store.write([{ put: { type: "Case", id, documentVersion: 1, body }, expect: "any" }]);
    },
    async read(id) {
      const [record] = await store.get("Case", [id]);
      return record?.id;
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
}
