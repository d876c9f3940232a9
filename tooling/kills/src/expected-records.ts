import type { JsonObject } from "@holdfast/core";

import { accounts, firstBalance, laneId, stepOf, taskId } from "./steps.ts";
import type { Plan, Step } from "./steps.ts";

export interface ExpectedRecord {
  readonly version: number;
  readonly body: JsonObject;
}

/** By type and id: exactly what a store holds whose lanes have come so far, one number a lane. */
export function expectedRecords(plan: Plan, reached: readonly number[]): ReadonlyMap<string, ExpectedRecord> {
  const records = new Records();
  for (const account of accounts) records.put("Account", account, { balance: firstBalance });
  for (const lane of reached.keys()) records.put("Task", taskId(lane), { step: 0 });
  for (const [lane, last] of reached.entries()) {
    for (let number = 1; number <= last; number++) records.apply(lane, stepOf(plan, lane, number));
  }
  return records.live();
}

/** Versions rise with each write of a record and with each delete of one that is there. */
class Records {
  readonly #all = new Map<string, { version: number; body: JsonObject | undefined }>();

  apply(lane: number, step: Step): void {
    const { number, text } = step;
    this.put("Lane", laneId(lane), { step: number, text });
    switch (step.kind) {
      case "save":
        return;
      case "batch":
        for (const id of step.puts) this.put("Note", id, { lane: laneId(lane), step: number, text });
        for (const id of step.deletes) this.#remove("Note", id);
        return;
      case "transfer":
        this.#add(step.from, -step.amount);
        this.#add(step.to, step.amount);
        return;
      case "claim":
        this.put("Task", taskId(lane), { step: number });
        return;
      default:
        step satisfies never;
    }
  }

  put(type: string, id: string, body: JsonObject): void {
    const key = `${type}/${id}`;
    this.#all.set(key, { version: (this.#all.get(key)?.version ?? 0) + 1, body });
  }

  live(): ReadonlyMap<string, ExpectedRecord> {
    const entries = [...this.#all].flatMap(([key, { version, body }]) =>
      body === undefined ? [] : [[key, { version, body }] as const],
    );
    return new Map(entries);
  }

  #add(account: string, amount: number): void {
    const balance = this.#all.get(`Account/${account}`)?.body?.["balance"];
    this.put("Account", account, { balance: Number(balance) + amount });
  }

  #remove(type: string, id: string): void {
    const found = this.#all.get(`${type}/${id}`);
    if (found?.body === undefined) return;
    this.#all.set(`${type}/${id}`, { version: found.version + 1, body: undefined });
  }
}
