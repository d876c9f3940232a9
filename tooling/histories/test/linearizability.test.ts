import { describe, expect, test } from "vitest";

import { checkRegisters } from "../src/checkers/linearizability.ts";
import { call, history } from "./written-history.ts";

describe("a register's history is linearizable", () => {
  test("where each follows the other", () => {
    expect(
      checkRegisters(history(call("1-2", "write", 1), call("3-4", "cas", [1, 2]), call("5-6", "read", 2))),
    ).toEqual([]);
  });

  test("where nothing was written and null is read", () => {
    expect(
      checkRegisters(history(call("1-2", "read", null), call("3-4", "cas", [null, 1]), call("5-6", "read", 1))),
    ).toEqual([]);
  });

  test("where reads during a write see it or not, in an order that is possible", () => {
    const operations = history(call("1-8", "write", 1), call("2-3", "read", null), call("4-5", "read", 1));
    expect(checkRegisters(operations)).toEqual([]);
  });

  test("where the order of overlapping writes must be found", () => {
    const writes = [call("1-10", "write", 1), call("2-10.5", "write", 2), call("3-11", "write", 3)];
    const reads = [call("12-13", "read", 2), call("4-5", "read", 3), call("6-7", "read", 1)];
    expect(checkRegisters(history(...writes, ...reads))).toEqual([]);
  });

  test("where a write whose end is unknown takes effect long after, or never", () => {
    const late = [call("1-2", "write", 1, "info"), call("3-4", "write", 2), call("5-6", "read", 2)];
    expect(checkRegisters(history(...late, call("7-8", "read", 1)))).toEqual([]);
    expect(checkRegisters(history(...late, call("7-8", "read", 2)))).toEqual([]);
    const never = [call("1-2", "cas", [7, 8], "info"), call("3-4", "read", null)];
    expect(checkRegisters(history(...never))).toEqual([]);
  });

  test("where what failed is left out", () => {
    expect(checkRegisters(history(call("1-2", "write", 1, "fail"), call("3-4", "read", null)))).toEqual([]);
  });

  test("for each key by itself", () => {
    const other = { ...call("3-4", "read", null), asked: [1, null], answer: [1, null] };
    expect(checkRegisters(history(call("1-2", "write", 1), other))).toEqual([]);
  });
});

describe("a register's history is not linearizable", () => {
  test.each([
    ["a stale read", [call("1-2", "write", 1), call("3-4", "read", null)]],
    ["a value from nowhere", [call("1-2", "write", 1), call("3-4", "read", 2)]],
    ["a lost update", [call("1-2", "write", 0), call("3-9", "cas", [0, 1]), call("4-10", "cas", [0, 2])]],
    ["what failed and is read", [call("1-2", "write", 1, "fail"), call("3-4", "read", 1)]],
    [
      "a value that comes back",
      [call("1-2", "write", 1), call("3-4", "write", 2), call("5-6", "read", 2), call("7-8", "read", 1)],
    ],
    [
      "reads during a write that see it and then not",
      [call("1-8", "write", 1), call("2-3", "read", 1), call("4-5", "read", null)],
    ],
    [
      "an unknown write that takes effect twice",
      [call("1-2", "write", 1, "info"), call("3-4", "read", 1), call("5-6", "write", 2), call("7-8", "read", 1)],
    ],
    ["an unknown write that is seen before it was asked", [call("1-2", "read", 1), call("3-4", "write", 1, "info")]],
  ])("with %s", (_name, written) => {
    expect(checkRegisters(history(...written))).toMatchObject([{ key: 0 }]);
  });

  test("and it is said how far it goes and where it is stuck", () => {
    const written = [call("1-2", "write", 1), call("3-4", "read", 1), call("5-6", "read", 3), call("7-8", "read", 1)];
    const [found] = checkRegisters(history(...written));
    expect(found).toMatchObject({ explained: 2, of: 4, stuckAt: { process: 2 } });
  });
});
