import { encodeJson, HoldfastError } from "@holdfast/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const mebibyte = 1024 * 1024;

function nested(levels: number): unknown {
  let value: unknown = {};
  for (let level = 1; level < levels; level++) value = { a: value };
  return value;
}

function failure(value: unknown, bytesMost = mebibyte): HoldfastError {
  try {
    encodeJson(value, bytesMost);
  } catch (thrown) {
    if (HoldfastError.is(thrown)) return thrown;
    throw thrown;
  }
  throw new Error("the value was taken");
}

/** Undefined for what no document can hold, such as NaN. */
function attempt(value: unknown): ReturnType<typeof encodeJson> | undefined {
  try {
    return encodeJson(value, mebibyte);
  } catch (thrown) {
    if (HoldfastError.is(thrown, "UNSERIALIZABLE_VALUE")) return undefined;
    throw thrown;
  }
}

describe("the JSON codec", () => {
  test("copies deeply: what is done to the value afterwards does not reach the document", () => {
    const list = [1];
    const { body, text } = encodeJson({ list }, mebibyte);
    list.push(2);
    expect(body).toEqual({ list: [1] });
    expect(text).toBe('{"list":[1]}');
  });

  test("leaves undefined properties out and keeps dangerous keys as plain ones", () => {
    const value: unknown = JSON.parse('{"__proto__":{"x":1},"constructor":2,"":3}');
    expect(encodeJson(value, mebibyte).text).toBe('{"__proto__":{"x":1},"constructor":2,"":3}');
    expect(encodeJson({ a: undefined, b: 1 }, mebibyte).text).toBe('{"b":1}');
  });

  test("makes the copy that parsing the text makes, whatever the document", () => {
    fc.assert(
      fc.property(fc.object({ withBigInt: false, withDate: false, withNullPrototype: true }), (value) => {
        const made = attempt(value);
        fc.pre(made !== undefined);
        expect(made.body).toStrictEqual(JSON.parse(made.text));
      }),
    );
    expect(Object.is(encodeJson({ zero: -0 }, mebibyte).body["zero"], 0)).toBe(true);
  });

  test.each([
    ["an undefined element", { list: [1, undefined] }, ["list", 1]],
    ["a hole", { list: Array<number>(2) }, ["list", 0]],
    ["NaN", { a: { b: Number.NaN } }, ["a", "b"]],
    ["Infinity", { a: -Infinity }, ["a"]],
    ["a bigint", { a: 1n }, ["a"]],
    ["a function", { toJSON: () => "no" }, ["toJSON"]],
    ["a symbol", { a: Symbol("s") }, ["a"]],
    ["a Date", { when: new Date(0) }, ["when"]],
    ["a Map", { map: new Map() }, ["map"]],
    ["a boxed string", { text: Object("x") as unknown }, ["text"]],
    ["a list where the document should be", [1], []],
  ])("refuses %s with its path", (_name, value, path) => {
    const error = failure(value);
    expect([error.code, error.details["path"]]).toEqual(["UNSERIALIZABLE_VALUE", path]);
  });

  test("refuses a cycle, but not the same object in two places", () => {
    const shared = { x: 1 };
    expect(encodeJson({ a: shared, b: shared }, mebibyte).text).toBe('{"a":{"x":1},"b":{"x":1}}');
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    expect(failure(cycle).details).toEqual({ path: ["self"], reason: "a cycle" });
  });

  test("takes 500 levels and refuses 501", () => {
    expect(encodeJson(nested(500), mebibyte).text).toContain('{"a":{}}');
    expect(failure(nested(501)).code).toBe("UNSERIALIZABLE_VALUE");
  });

  test("tells what a getter or a Proxy throws with the path, and reads each property once", () => {
    const cause = new Error("from the getter");
    const thrower = (): never => {
      throw cause;
    };
    const value = Object.defineProperty({}, "bad", { enumerable: true, get: thrower });
    expect([failure(value).code, failure(value).cause]).toEqual(["UNSERIALIZABLE_VALUE", cause]);
    let reads = 0;
    const counted = Object.defineProperty({}, "n", { enumerable: true, get: () => ++reads });
    expect(encodeJson(counted, mebibyte).text).toBe('{"n":1}');
  });

  test("counts bytes of UTF-8, and stops early on what is far too large", () => {
    expect(encodeJson({ a: "é" }, 10).text).toBe('{"a":"é"}');
    expect(failure({ a: "éé" }, 10).code).toBe("DOCUMENT_TOO_LARGE");
    const endless = new Proxy(Array<number>(), { get: (_target, key) => (key === "length" ? 1e9 : 1) });
    expect(failure({ endless }).code).toBe("DOCUMENT_TOO_LARGE");
  });
});
