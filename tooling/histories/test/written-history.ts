import { operationsOf } from "../src/history.ts";
import type { HistoryEvent, Operation } from "../src/history.ts";
import type { MicroOp } from "../src/micro-ops.ts";

/** `3-7` is from the third moment to the seventh; after an `info` it says when it was asked. */
type Span = `${number}-${number}`;

interface Written {
  readonly during: Span;
  readonly f: string;
  readonly asked: HistoryEvent["value"];
  readonly answer: HistoryEvent["value"];
  readonly outcome: "ok" | "fail" | "info";
}

export function ok(during: Span, ...ops: readonly MicroOp[]): Written {
  const asked = ops.map((op): MicroOp => (op[0] === "r" ? ["r", op[1], null] : op));
  return { during, f: "txn", asked, answer: ops, outcome: "ok" };
}

export function failed(during: Span, ...ops: readonly MicroOp[]): Written {
  return { ...ok(during, ...ops), outcome: "fail" };
}

export function unknown(during: Span, ...ops: readonly MicroOp[]): Written {
  return { ...ok(during, ...ops), outcome: "info" };
}

/** A call on the register of key 0. */
export function call(
  during: Span,
  f: "read" | "write" | "cas",
  value: HistoryEvent["value"],
  outcome: Written["outcome"] = "ok",
): Written {
  return { during, f, asked: [0, f === "read" ? null : value], answer: [0, value], outcome };
}

/** The operations of a history written by hand, each by a process of its own. */
export function history(...written: readonly Written[]): readonly Operation[] {
  const events = written.flatMap(({ during, f, asked, answer, outcome }, at): readonly HistoryEvent[] => {
    const [from = 0, to = 0] = during.split("-").map(Number);
    return [
      { process: at, type: "invoke", f, value: asked, time: from },
      { process: at, type: outcome, f, value: outcome === "ok" ? answer : asked, time: to },
    ];
  });
  return operationsOf(events.sort((a, b) => a.time - b.time));
}
