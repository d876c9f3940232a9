import { expect, test } from "vitest";
import { copyJsonObject } from "../src/copy-json.ts";
import { isJsonObject } from "../src/json-object.ts";
import type { JsonObject } from "../src/record.ts";

function parsed(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (isJsonObject(value)) return value;
  throw new Error("an object was expected");
}

test.each([
  "{}",
  '{"b":1,"a":{"z":[1,[2,{"deep":null}],"three"],"y":false},"":"empty","1":"a number before all"}',
  '{"__proto__":{"__proto__":{"x":1},"constructor":[]},"toString":{"a":1}}',
  '{"\\u0000":"\\ud800"}',
])("a copy of %s says the same, key for key", (text) => {
  expect(JSON.stringify(copyJsonObject(parsed(text)))).toBe(JSON.stringify(parsed(text)));
});

test("nothing of a copy is shared, at no depth", () => {
  const value = parsed('{"list":[[{"n":1}]],"__proto__":{"n":1},"inner":{"deep":{"n":1}}}');
  const before = JSON.stringify(value);
  const objects: unknown[] = [copyJsonObject(value)];
  for (const each of objects) {
    if (typeof each !== "object" || each === null) continue;
    const members: readonly unknown[] = Object.values(each);
    objects.push(...members);
    Reflect.set(each, Array.isArray(each) ? 0 : "n", "changed");
  }
  expect(JSON.stringify(value)).toBe(before);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test("what a prototype was given is no part of a copy", () => {
  Object.defineProperty(Object.prototype, "given", { value: { a: 1 }, enumerable: true, configurable: true });
  let copy: JsonObject;
  try {
    copy = copyJsonObject(parsed('{"own":{"b":1}}'));
  } finally {
    Reflect.deleteProperty(Object.prototype, "given");
  }
  expect(Object.keys(copy)).toEqual(["own"]);
});
