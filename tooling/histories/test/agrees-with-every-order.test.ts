import fc from "fast-check";
import { expect, test } from "vitest";

import { checkRegisters } from "../src/checkers/linearizability.ts";
import { listVersions } from "../src/checkers/list-versions.ts";
import { checkSerializability } from "../src/checkers/serializability.ts";
import { operationsOf } from "../src/history.ts";
import type { HistoryEvent, Operation } from "../src/history.ts";
import type { MicroOp } from "../src/micro-ops.ts";
import { explainsLists, explainsRegister, someOrder } from "./every-order.ts";
import { sizesFromEnvironment } from "./sizes.ts";

const { seed } = sizesFromEnvironment();
const outcomes = ["ok", "ok", "ok", "ok", "fail", "info"] as const;

interface Written {
  readonly f: string;
  readonly asked: HistoryEvent["value"];
  readonly answer: HistoryEvent["value"];
  readonly outcome: (typeof outcomes)[number];
}

/** Each by a process of its own; `moments` shuffles when they were asked and when they ended. */
function historyOf(written: readonly Written[], moments: readonly number[]): readonly Operation[] {
  const events = written.flatMap(({ f, asked, answer, outcome }, at): readonly HistoryEvent[] => {
    const [from = 0, to = 0] = [moments[at * 2] ?? 0, moments[at * 2 + 1] ?? 0].sort((a, b) => a - b);
    return [
      { process: at, type: "invoke", f, value: asked, time: from },
      { process: at, type: outcome, f, value: outcome === "ok" ? answer : asked, time: to },
    ];
  });
  return operationsOf(events.sort((a, b) => a.time - b.time));
}

function anyMoments(count: number): fc.Arbitrary<readonly number[]> {
  const all = Array.from({ length: count * 2 }, (_each, at) => at);
  return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
}

const registerValue = fc.constantFrom(1, 2);
const anyRegisterCall: fc.Arbitrary<Written> = fc
  .record({
    f: fc.constantFrom("read", "write", "cas"),
    outcome: fc.constantFrom(...outcomes),
    read: fc.constantFrom(null, 1, 2),
    to: registerValue,
    from: fc.constantFrom(null, 1, 2),
  })
  .map(({ f, outcome, read, to, from }) => {
    const value = f === "read" ? read : f === "write" ? to : [from, to];
    return { f, outcome, asked: [0, f === "read" ? null : value], answer: [0, value] };
  });

const anyRegisterHistory = fc
  .integer({ min: 1, max: 6 })
  .chain((count) =>
    fc
      .tuple(fc.array(anyRegisterCall, { minLength: count, maxLength: count }), anyMoments(count))
      .map(([calls, moments]) => historyOf(calls, moments)),
  );

/** A transaction before it was run: whether its reads are wrong, and what else they then see of the lists in the end. */
const anyTransaction = fc.record({
  ops: fc.array(fc.tuple(fc.constantFrom("r" as const, "append" as const), fc.constantFrom(1, 2)), {
    minLength: 1,
    maxLength: 3,
  }),
  outcome: fc.constantFrom(...outcomes),
  hadEffect: fc.boolean(),
  wrong: fc.constantFrom(undefined, undefined, undefined, undefined, 0, 1, 2, 3),
});

/** Runs transactions one after the other; a wrong read is the beginning of what its list is in the end. */
const anyListHistory = fc.integer({ min: 1, max: 5 }).chain((count) =>
  fc
    .tuple(fc.array(anyTransaction, { minLength: count, maxLength: count }), anyMoments(count))
    .map(([transactions, moments]) => {
      const lists = new Map<number, readonly number[]>();
      let appended = 0;
      const run = transactions.map(({ ops, outcome, hadEffect, wrong }) => {
        const answer = ops.map(([f, key]): MicroOp => {
          const list = lists.get(key) ?? [];
          if (f === "r") return ["r", key, list];
          appended += 1;
          if (outcome === "ok" || (outcome === "info" && hadEffect)) lists.set(key, [...list, appended]);
          return ["append", key, appended];
        });
        return { outcome, answer, wrong };
      });
      const written = run.map(({ outcome, answer, wrong }): Written => {
        const told = answer.map((op): MicroOp =>
          op[0] === "r" && wrong !== undefined ? ["r", op[1], (lists.get(op[1]) ?? []).slice(0, wrong)] : op,
        );
        const asked = answer.map((op): MicroOp => (op[0] === "r" ? ["r", op[1], null] : op));
        return { f: "txn", outcome, asked, answer: told };
      });
      return historyOf(written, moments);
    }),
);

/** Whether at most one transaction appended to each list what nobody read: else their order is anybody's guess. */
function isTold(operations: readonly Operation[]): boolean {
  const { appenders, orders } = listVersions(operations);
  const unread = new Map<string, Set<number>>();
  for (const [place, { id }] of appenders) {
    const [key = "", value] = place.split("/");
    if (orders.get(Number(key))?.includes(Number(value)) !== true)
      unread.set(key, (unread.get(key) ?? new Set()).add(id));
  }
  return [...unread.values()].every((ids) => ids.size <= 1);
}

test("the register's checker says what trying every order says", () => {
  const verdicts = new Set<boolean>();
  fc.assert(
    fc.property(anyRegisterHistory, (operations) => {
      const isExplained = someOrder(operations, explainsRegister, { byClock: true });
      verdicts.add(isExplained);
      expect(checkRegisters(operations).length === 0).toBe(isExplained);
    }),
    { seed, numRuns: 1_000 },
  );
  expect(verdicts.size).toBe(2);
});

test.each([true, false])("the list-append checker says what trying every order says, by the clock: %s", (strict) => {
  const verdicts = new Set<boolean>();
  fc.assert(
    fc.property(anyListHistory, (operations) => {
      const isExplained = someOrder(operations, explainsLists, { byClock: strict });
      verdicts.add(isExplained);
      const found = checkSerializability(operations, { strict });
      const wronglyAccused = isExplained ? found : [];
      const isMissed = !isExplained && found.length === 0 && isTold(operations);
      expect({ wronglyAccused, isMissed }).toEqual({ wronglyAccused: [], isMissed: false });
    }),
    { seed, numRuns: 1_000 },
  );
  expect(verdicts.size).toBe(2);
});
