/**
 * Whether a register with compare-and-set is linearizable: whether each operation can be given one moment between its
 * being asked and its end such that all reads are right. The search is Wing and Gong's with Lowe's memory of what was
 * tried. An operation whose end is not known may take its moment any time later, or never.
 */
import type { JsonValue } from "@holdfast/core";

import type { Operation } from "../history.ts";
import { Timeline } from "./timeline.ts";
import type { Call, Step, Value } from "./timeline.ts";

/** One key whose operations no order explains. */
export interface Nonlinearizable {
  readonly key: JsonValue;
  /** How many operations the longest explanation covers, of how many that ended. */
  readonly explained: number;
  readonly of: number;
  /** The operation that ended and finds no moment in that explanation. */
  readonly stuckAt: Operation;
}

/** Checks each key by itself. Values are `[key, value]`, those of `cas` `[key, [from, to]]`; absent is null. */
export function checkRegisters(operations: readonly Operation[]): readonly Nonlinearizable[] {
  const byKey = Map.groupBy(operations, (operation) => JSON.stringify(pair(operation.asked)[0]));
  return [...byKey].flatMap(([key, own]) => checkRegister(JSON.parse(key) as JsonValue, own) ?? []);
}

function checkRegister(key: JsonValue, operations: readonly Operation[]): Nonlinearizable | undefined {
  const ended = operations.filter(({ outcome }) => outcome === "ok");
  // What was read is not known of a read that never ended, so it explains nothing and needs no moment.
  const open = operations.filter(({ outcome, f }) => outcome === "info" && f !== "read");
  const calls = [...ended, ...open].map((operation, id): Call => ({ id, operation, step: stepOf(operation) }));
  return search(key, calls, ended.length);
}

function search(key: JsonValue, calls: readonly Call[], required: number): Nonlinearizable | undefined {
  const line = new Timeline(calls);
  const path = new Path(required);
  let worst: { readonly explained: number; readonly call: Call } | undefined;
  let entry = line.first;
  while (path.explained < required) {
    if (entry === undefined) throw new Error("a call that ended has no end");
    if (!entry.isEnd) {
      const isTaken = path.take(entry.call);
      if (isTaken) line.lift(entry);
      entry = isTaken ? line.first : entry.next;
      continue;
    }
    // A call ends here that has no moment yet: what was taken last is taken back.
    if (worst === undefined || path.explained > worst.explained) {
      worst = { explained: path.explained, call: entry.call };
    }
    const last = path.takeBack();
    if (last === undefined) return { key, explained: worst.explained, of: required, stuckAt: worst.call.operation };
    entry = line.unlift(last).next;
  }
  return undefined;
}

/** The calls that were given their moments so far, in turn, and the states tried. */
class Path {
  readonly #required: number;
  readonly #tried = new Set<string>();
  readonly #done = new Set<number>();
  readonly #taken: { readonly call: Call; readonly before: Value }[] = [];
  #state: Value = null;
  /** How many calls that ended have their moment. */
  explained = 0;

  constructor(required: number) {
    this.#required = required;
  }

  /** Gives a call the next moment, unless it is wrong there or the same was tried before. */
  take(call: Call): boolean {
    const next = after(call.step, this.#state);
    if (next === undefined) return false;
    this.#done.add(call.id);
    const memory = `${[...this.#done].sort((a, b) => a - b).join()}=${next.state}`;
    if (this.#tried.has(memory)) {
      this.#done.delete(call.id);
      return false;
    }
    this.#tried.add(memory);
    this.#taken.push({ call, before: this.#state });
    this.#state = next.state;
    if (call.id < this.#required) this.explained += 1;
    return true;
  }

  takeBack(): Call | undefined {
    const last = this.#taken.pop();
    if (last === undefined) return undefined;
    this.#state = last.before;
    this.#done.delete(last.call.id);
    if (last.call.id < this.#required) this.explained -= 1;
    return last.call;
  }
}

/** The state behind a step; undefined where the step cannot be done in this state. */
function after(step: Step, state: Value): { readonly state: Value } | undefined {
  switch (step.f) {
    case "read":
      return step.value === state ? { state } : undefined;
    case "write":
      return { state: step.value };
    case "cas":
      return step.from === state ? { state: step.value } : undefined;
    default:
      return step satisfies never;
  }
}

function stepOf({ f, outcome, asked, answer }: Operation): Step {
  const [, value] = pair(outcome === "ok" ? answer : asked);
  switch (f) {
    case "read":
    case "write":
      return { f, value: valueOf(value) };
    case "cas": {
      const [from, to] = pair(value);
      return { f, from: valueOf(from), value: valueOf(to) };
    }
    default:
      throw new Error(`a register knows no "${f}"`);
  }
}

function pair(value: JsonValue | undefined): readonly [JsonValue, JsonValue] {
  if (!Array.isArray(value) || value.length !== 2) throw new Error(`not a pair: ${JSON.stringify(value)}`);
  const [first, second] = value as readonly JsonValue[];
  return [first ?? null, second ?? null];
}

function valueOf(value: JsonValue): Value {
  if (value === null || typeof value === "number") return value;
  throw new Error(`not a register's value: ${JSON.stringify(value)}`);
}
