import { describe, expect, test } from "vitest";

import { checkSerializability } from "../src/checkers/serializability.ts";
import type { Operation } from "../src/history.ts";
import { failed, history, ok, unknown } from "./written-history.ts";

function anomalies(operations: readonly Operation[], strict = false): readonly string[] {
  return checkSerializability(operations, { strict }).map(({ name }) => name);
}

describe("a list-append history is serializable", () => {
  test("where each transaction sees all before it", () => {
    const operations = history(
      ok("1-2", ["append", 1, 1], ["append", 2, 1]),
      ok("3-4", ["r", 1, [1]], ["append", 1, 2], ["r", 1, [1, 2]], ["append", 2, 2]),
      ok("5-6", ["r", 1, [1, 2]], ["r", 2, [1, 2]], ["r", 3, []]),
    );
    expect(anomalies(operations, true)).toEqual([]);
  });

  test("where overlapping ones can be put in an order against the clock of their beginnings", () => {
    const operations = history(
      ok("1-9", ["append", 1, 1], ["r", 2, [2]]),
      ok("2-8", ["append", 2, 2], ["r", 1, []]),
      ok("10-11", ["r", 1, [1]], ["r", 2, [2]]),
    );
    expect(anomalies(operations, true)).toEqual([]);
  });

  test("where what is unknown took effect, or did not", () => {
    const doubtful = unknown("1-2", ["append", 1, 1], ["append", 2, 1]);
    expect(anomalies(history(doubtful, ok("3-4", ["r", 1, [1]], ["r", 2, [1]])), true)).toEqual([]);
    expect(anomalies(history(doubtful, ok("3-4", ["r", 1, []], ["r", 2, []])), true)).toEqual([]);
  });

  test("where only the clock says otherwise", () => {
    const stale = history(ok("1-2", ["append", 1, 1]), ok("3-4", ["r", 1, []]), ok("5-6", ["r", 1, [1]]));
    expect(anomalies(stale)).toEqual([]);
    expect(anomalies(stale, true)).toEqual(["G-single-realtime"]);
  });
});

describe("a list-append history is not serializable, and it is named", () => {
  const seen = (key: number, ...list: readonly number[]) => ok(`${90 + key}-${90.5 + key}`, ["r", key, list]);

  test("G0: two that append in one order here and in the other there", () => {
    const operations = history(
      ok("1-8", ["append", 1, 1], ["append", 2, 1]),
      ok("2-9", ["append", 1, 2], ["append", 2, 2]),
      seen(1, 1, 2),
      seen(2, 2, 1),
    );
    expect(anomalies(operations)).toContain("G0");
  });

  test("G1a: a read of what failed", () => {
    expect(anomalies(history(failed("1-3", ["append", 1, 1]), ok("2-4", ["r", 1, [1]])))).toEqual(["G1a"]);
  });

  test("G1b: a read from the middle of a transaction", () => {
    const operations = history(ok("1-5", ["append", 1, 1], ["append", 1, 2]), ok("2-4", ["r", 1, [1]]), seen(1, 1, 2));
    expect(anomalies(operations)).toContain("G1b");
  });

  test("G1c: two that each see what the other appends", () => {
    const operations = history(ok("1-8", ["append", 1, 1], ["r", 2, [2]]), ok("2-9", ["append", 2, 2], ["r", 1, [1]]));
    expect(anomalies(operations)).toEqual(["G1c"]);
  });

  test("G-single: a reader that sees half of a transaction", () => {
    const operations = history(
      ok("1-8", ["append", 1, 1], ["append", 2, 1]),
      ok("2-9", ["r", 1, []], ["r", 2, [1]]),
      seen(1, 1),
    );
    expect(anomalies(operations)).toEqual(["G-single"]);
  });

  test("G-single: a lost update, whose one append took the other's place", () => {
    const operations = history(
      ok("1-8", ["r", 1, []], ["append", 1, 1]),
      ok("2-9", ["r", 1, []], ["append", 1, 2]),
      seen(1, 2),
    );
    expect(anomalies(operations)).toContain("G-single");
    expect(anomalies(operations, true)).toContain("lost-append");
  });

  test("G2-item: write skew", () => {
    const operations = history(
      ok("1-8", ["r", 1, []], ["append", 2, 1]),
      ok("2-9", ["r", 2, []], ["append", 1, 1]),
      seen(1, 1),
      seen(2, 1),
    );
    expect(anomalies(operations)).toEqual(["G2-item"]);
  });

  test("G2-item: write skew of two whose appends nobody read", () => {
    const operations = history(ok("1-8", ["r", 1, []], ["append", 2, 1]), ok("2-9", ["r", 2, []], ["append", 1, 1]));
    expect(anomalies(operations)).toEqual(["G2-item"]);
  });

  test("internal: a transaction that does not see its own append, or two states", () => {
    expect(anomalies(history(ok("1-2", ["append", 1, 1], ["r", 1, []])))).toContain("internal");
    const twoStates = history(ok("1-2", ["append", 1, 1]), ok("3-4", ["r", 1, []], ["r", 1, [1]]));
    expect(anomalies(twoStates)).toContain("internal");
  });

  test("incompatible orders: two reads of which neither is the other's beginning", () => {
    const operations = history(
      ok("1-8", ["append", 1, 1]),
      ok("2-9", ["append", 1, 2]),
      ok("3-10", ["r", 1, [1]]),
      ok("4-11", ["r", 1, [2, 1]]),
    );
    expect(anomalies(operations)).toEqual(["incompatible-order"]);
  });

  test("a lost append: acknowledged, and in no read after", () => {
    const operations = history(ok("1-2", ["append", 1, 1]), ok("3-4", ["append", 1, 2]), ok("5-6", ["r", 1, [2]]));
    expect(anomalies(operations, true)).toContain("lost-append");
    expect(anomalies(operations)).toEqual([]);
  });

  test("a future read: a transaction that sees what it appends only then", () => {
    expect(anomalies(history(ok("1-2", ["r", 1, [1]], ["append", 1, 1])))).toEqual(["future-read"]);
  });

  test("values twice, and values from nowhere", () => {
    expect(anomalies(history(ok("1-2", ["append", 1, 1]), ok("3-4", ["r", 1, [1, 1]])))).toContain(
      "duplicate-elements",
    );
    expect(anomalies(history(ok("1-2", ["r", 1, [7]])))).toEqual(["garbage-read"]);
  });

  test("in a cycle of many, and the explanation leads around it", () => {
    const ring = [0, 1, 2, 3, 4].map((at) => ok(`${at}-${9 + at / 10}`, ["r", at, []], ["append", (at + 1) % 5, at]));
    const [found, ...others] = checkSerializability(history(...ring));
    expect([found?.name, others]).toEqual(["G2-item", []]);
    expect(found?.explanation.match(/-rw->/g)).toHaveLength(5);
  });
});
