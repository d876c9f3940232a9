import { describe, expect, test } from "vitest";
import { storesUnderTest } from "@holdfast-tooling/stores";

const clients = 100;
const saves = 100;

describe.each(storesUnderTest())("many clients of one $name store", ({ open }) => {
  test("save a hundred times each, and each reads back what it saved", { timeout: 120_000 }, async () => {
    await using store = await open({});
    const client = async (name: number): Promise<number> => {
      let right = 0;
      for (let at = 0; at < saves; at++) {
        const key = { type: "Note", id: `${name}-${at}` };
        const [result] = await store.write([
          { put: { ...key, documentVersion: 1, body: { name, at } }, expect: "absent" },
        ]);
        const [record] = await store.get(key.type, [key.id]);
        if (result?.ok === true && record?.body["at"] === at && record.body["name"] === name) right += 1;
      }
      return right;
    };
    const rights = await Promise.all(Array.from({ length: clients }, (_, name) => client(name)));
    expect(rights).toEqual(Array(clients).fill(saves));
    expect(await store.count("Note")).toBe(clients * saves);
  });
});
