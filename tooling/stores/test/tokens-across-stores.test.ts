import { expect, test } from "vitest";
import type { Layout, Store, StoredRecord } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";

const layout: Layout = {
  types: [
    {
      type: "Note",
      schemaVersion: 1,
      fields: [{ name: "name", kind: "string" }],
      indexes: [{ fields: ["name"], unique: false }],
      references: [],
    },
  ],
};
const names = [null, "b", "a\u0000", "\ud800", "é", "b", null, "\u{1f600}", "\uffff", "c"];
const targets = storesUnderTest();
const query = { type: "Note", orderBy: [{ field: "name", direction: "desc" }], limit: 3 } as const;

/** The ids that follow a token, page by page. */
async function idsBehind(store: Store, after: string | undefined): Promise<readonly string[]> {
  if (after === undefined) return [];
  const { records, next } = await store.find({ ...query, after });
  return [...records.map(({ id }) => id), ...(await idsBehind(store, next))];
}

test("a page token of one store goes on at the same place on every other, after the records were moved", async () => {
  const stores = await Promise.all(targets.map(({ open }) => open({ model: { layout } })));
  const [first, ...others] = stores;
  if (first === undefined) throw new Error("no store is under test");
  try {
    await first.write(
      names.map((name, at) => ({
        put: { type: "Note", id: `n${at}`, documentVersion: 1, body: { name } },
        expect: "absent",
      })),
    );
    const { records } = await first.find({ type: "Note" });
    for (const other of others) await other.write(records.map((restore: StoredRecord) => ({ restore })));
    for (const giver of stores) {
      const { next } = await giver.find(query);
      const rest = await idsBehind(giver, next);
      expect(rest).toHaveLength(names.length - 3);
      for (const taker of stores) expect(await idsBehind(taker, next)).toEqual(rest);
    }
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
});
