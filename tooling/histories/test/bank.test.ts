import { expect, test } from "vitest";

import { checkBank } from "../src/checkers/bank.ts";
import type { HistoryEvent } from "../src/history.ts";
import { operationsOf } from "../src/history.ts";

function reads(...balances: readonly HistoryEvent["value"][]) {
  return operationsOf(
    balances.flatMap((value, at): readonly HistoryEvent[] => [
      { process: 0, type: "invoke", f: "read", value: null, time: at * 2 },
      { process: 0, type: "ok", f: "read", value, time: at * 2 + 1 },
    ]),
  );
}

test("a bank's history is right while every read adds up to the total", () => {
  expect(checkBank(reads({ a: 10, b: 0 }, { a: 3, b: 7 }), 10)).toEqual([]);
});

test("a bank's history shows money that came or went, and an account overdrawn", () => {
  const found = checkBank(reads({ a: 10, b: 1 }, { a: 11, b: -1 }), 10);
  expect(found.map(({ name }) => name)).toEqual(["wrong-total", "overdrawn"]);
});
