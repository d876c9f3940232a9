import { expect, test } from "vitest";

import { selectStores } from "../src/select-stores.ts";

test("means every store when nothing is said", () => {
  expect(selectStores(undefined)).toEqual(["memory", "json", "sqlite", "postgres"]);
  expect(selectStores("")).toEqual(selectStores(undefined));
});

test("narrows to the stores that are named", () => {
  expect(selectStores(" postgres, memory")).toEqual(["memory", "postgres"]);
});

test("refuses a name that is no store", () => {
  expect(() => selectStores("memory,postgre")).toThrow(/"postgre"/);
});
