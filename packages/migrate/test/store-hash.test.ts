import { storesUnderTest } from "@holdfast-tooling/stores";
import { expect, test } from "vitest";

import { storeHash } from "../src/index.ts";
import { newRecord } from "./sample-model.ts";

const targets = storesUnderTest();

test.each(targets)(
  "two stores of $name with the same records have the same hash, whatever came first",
  async (target) => {
    await using one = await target.open({});
    await using other = await target.open({});
    const records = ["b", "a", "\u{1F600}", "\uFFFD"].map((id, at) => ({
      restore: { ...newRecord("Note", id, { at }), tenant: "default", version: 2, created: 10 + at, updated: 20 + at },
    }));
    await one.write(records);
    await other.write(records.toReversed());
    expect(await storeHash(other)).toBe(await storeHash(one));
    await other.write([{ put: newRecord("Note", "a", { at: 1 }), expect: 2 }]);
    expect(await storeHash(other)).not.toBe(await storeHash(one));
  },
);

test.each(targets)("an empty store of $name has the hash of nothing", async (target) => {
  await using store = await target.open({});
  expect(await storeHash(store)).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});
