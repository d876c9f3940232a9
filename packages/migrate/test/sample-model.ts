import type { JsonObject, Layout, NewRecord, Store } from "@holdfast/core";

/**
 * A task may belong to a mission and to another task, and its code is its own within the tenant. "ATask" comes before
 * "Mission" by name, and after it by reference.
 */
const layout: Layout = {
  types: [
    {
      type: "ATask",
      schemaVersion: 1,
      fields: ["code", "missionId", "parentId", "title"].map((name) => ({ name, kind: "string" })),
      indexes: [
        { fields: ["title"], unique: false },
        { fields: ["code"], unique: true },
        { fields: ["missionId"], unique: false },
        { fields: ["parentId"], unique: false },
      ],
      references: [
        { field: "missionId", to: "Mission", onDelete: "restrict" },
        { field: "parentId", to: "ATask", onDelete: "detach" },
      ],
    },
    {
      type: "Mission",
      schemaVersion: 1,
      fields: [{ name: "title", kind: "string" }],
      indexes: [{ fields: ["title"], unique: false }],
      references: [],
    },
  ],
};

export const model = { layout };

export function newRecord(type: string, id: string, body: JsonObject): NewRecord {
  return { type, id, documentVersion: 1, body };
}

const oddBody: JsonObject = {
  b: 1,
  a: "\u0000 \ud800 é 𝄞",
  ["__proto__"]: { x: [] },
  "": -1.5e-7,
  "10": 0,
  "9": [null, true, { deep: [[]] }],
};

/**
 * Two tenants, declared and undeclared types, versions above 1, a delete, odd values, and a task whose parent was made
 * after it. 51 records.
 */
export async function fill(store: Store): Promise<void> {
  const put = (type: string, id: string, body: JsonObject): Promise<unknown> =>
    store.write([{ put: newRecord(type, id, body), expect: "any" }]);
  await put("Mission", "m1", { title: "first" });
  await put("ATask", "child", { title: "made first" });
  await put("ATask", "parent", { title: "made later", missionId: "m1" });
  await put("ATask", "child", { title: "made first", parentId: "parent", code: "c-1" });
  await put("Note", "odd é", oddBody);
  await put("Note", "gone", { text: "deleted below" });
  await store.write([{ delete: { type: "Note", id: "gone" }, expect: "present" }]);
  for (const turn of [1, 2, 3]) await put("Mission", "m1", { title: `turn ${turn}` });
  const many = Array.from({ length: 40 }, (_, at) =>
    newRecord("ATask", `t${at}`, { title: `t ${at}`, missionId: "m1" }),
  );
  await store.write(many.map((each) => ({ put: each, expect: "absent" })));
  const other = store.tenant("other");
  await other.write([
    { put: newRecord("Mission", "m1", { title: "of another tenant" }), expect: "absent" },
    ...[1, 2, 3, 4, 5, 6].map((at) => ({ put: newRecord("Note", `n${at}`, { at }), expect: "absent" as const })),
  ]);
}

export const filledRecords = 51;
