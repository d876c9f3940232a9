import type { JsonValue } from "@holdfast/core";

import type { Operation } from "../history.ts";
import type { Anomaly } from "./list-versions.ts";

/** Money neither comes nor goes: each read of all accounts adds up to the total, and no account is overdrawn. */
export function checkBank(operations: readonly Operation[], total: number): readonly Anomaly[] {
  return operations.flatMap(({ f, outcome, answer, process }): readonly Anomaly[] => {
    if (f !== "read" || outcome !== "ok") return [];
    const balances = balancesOf(answer);
    const sum = balances.reduce((whole, balance) => whole + balance, 0);
    const read = `process ${process} read ${JSON.stringify(balances)}`;
    return [
      ...(sum === total ? [] : [{ name: "wrong-total", explanation: `${read}, which is ${sum} and not ${total}` }]),
      ...(balances.every((balance) => balance >= 0) ? [] : [{ name: "overdrawn", explanation: read }]),
    ];
  });
}

function balancesOf(answer: JsonValue): readonly number[] {
  if (typeof answer !== "object" || answer === null) throw new Error(`not balances: ${JSON.stringify(answer)}`);
  return Object.values(answer).map(Number);
}
