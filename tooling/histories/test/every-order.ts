/** The other way to judge a small history: by trying every order there is. Slow, plain, and nothing like the checkers. */
import type { Operation } from "../src/history.ts";
import { microOpsOf } from "../src/micro-ops.ts";

/** Whether `explains` holds for some order of all that ended and some of what is unknown. */
export function someOrder(
  operations: readonly Operation[],
  explains: (order: readonly Operation[]) => boolean,
  { byClock }: { readonly byClock: boolean },
): boolean {
  const ended = operations.filter(({ outcome }) => outcome === "ok");
  const unknown = operations.filter(({ outcome }) => outcome === "info");
  return subsets(unknown).some((some) => orders([...ended, ...some], byClock).some(explains));
}

/** Whether transactions in this order would have read what they read. */
export function explainsLists(order: readonly Operation[]): boolean {
  const lists = new Map<number, readonly number[]>();
  return order.every(({ outcome, asked, answer }) =>
    microOpsOf(outcome === "ok" ? answer : asked).every(([f, key, value]) => {
      const list = lists.get(key) ?? [];
      if (f === "append") {
        lists.set(key, [...list, value]);
        return true;
      }
      return outcome !== "ok" || JSON.stringify(value) === JSON.stringify(list);
    }),
  );
}

/** Whether the register of key 0 would have answered so in this order. */
export function explainsRegister(order: readonly Operation[]): boolean {
  let held: unknown = null;
  return order.every(({ f, outcome, asked, answer }) => {
    const [, value] = (outcome === "ok" ? answer : asked) as [number, unknown];
    if (f === "read") return outcome === "info" || value === held;
    const [from, to] = f === "cas" ? (value as [unknown, unknown]) : [held, value];
    if (from !== held) return false;
    held = to;
    return true;
  });
}

function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((some) => [some, [first, ...some]]);
}

function orders(operations: readonly Operation[], byClock: boolean): readonly (readonly Operation[])[] {
  if (operations.length === 0) return [[]];
  return operations.flatMap((first) => {
    const rest = operations.filter((each) => each !== first);
    if (byClock && rest.some((each) => each.to < first.from)) return [];
    return orders(rest, byClock).map((order) => [first, ...order]);
  });
}
