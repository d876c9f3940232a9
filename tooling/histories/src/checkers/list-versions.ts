/** What the lists that were read say about the order of appends, and what is wrong with them by themselves. */
import type { Operation } from "../history.ts";
import { microOpsOf } from "../micro-ops.ts";
import type { MicroOp } from "../micro-ops.ts";

/** A transaction of a list-append history. */
export interface ListTransaction {
  readonly id: number;
  readonly operation: Operation;
  readonly ops: readonly MicroOp[];
}

/** Something that no serial order explains, with a sentence that shows where. */
export interface Anomaly {
  readonly name: string;
  readonly explanation: string;
}

/** Who appended what, and the order of each list's values as far as it was read. */
export interface ListVersions {
  readonly transactions: readonly ListTransaction[];
  /** By `key/value`. */
  readonly appenders: ReadonlyMap<string, ListTransaction>;
  /** By key: the longest list that was read. */
  readonly orders: ReadonlyMap<number, readonly number[]>;
}

export function listVersions(operations: readonly Operation[]): ListVersions {
  const transactions = operations.map((operation, id): ListTransaction => {
    const value = operation.outcome === "ok" ? operation.answer : operation.asked;
    return { id, operation, ops: microOpsOf(value) };
  });
  const appenders = new Map<string, ListTransaction>();
  for (const transaction of transactions) {
    for (const [f, key, value] of transaction.ops) {
      if (f !== "append") continue;
      if (appenders.has(`${key}/${value}`)) throw new Error(`${value} is appended to list ${key} twice`);
      appenders.set(`${key}/${value}`, transaction);
    }
  }
  const orders = new Map<number, readonly number[]>();
  for (const { key, list } of transactions.flatMap(readsOf)) {
    if (list.length > (orders.get(key)?.length ?? 0)) orders.set(key, list);
  }
  return { transactions, appenders, orders };
}

/** The lists that a transaction read, and is known to have read. */
export function readsOf({ operation, ops }: ListTransaction) {
  if (operation.outcome !== "ok") return [];
  return ops.flatMap(([f, key, list]) => (f === "r" && list !== null ? [{ key, list }] : []));
}

/**
 * A transaction's first read of each list before it appends to it: what others left. Later reads see its own appends.
 */
export function outerReadsOf(transaction: ListTransaction) {
  if (transaction.operation.outcome !== "ok") return [];
  const touched = new Set<number>();
  return transaction.ops.flatMap(([f, key, list]) => {
    const isFirst = !touched.has(key);
    touched.add(key);
    return f === "r" && isFirst && list !== null ? [{ key, list }] : [];
  });
}

/** Whether a list is what another was before more was appended to it. */
export function isBeginning(list: readonly number[], whole: readonly number[] = []): boolean {
  return list.length <= whole.length && list.every((value, at) => value === whole[at]);
}

/** The values that a transaction appends to a list, in turn. */
export function appendsTo({ ops }: Pick<ListTransaction, "ops">, list: number): readonly number[] {
  return ops.flatMap(([f, key, value]) => (f === "append" && key === list ? [value] : []));
}

/** For explanations: `T4 [["append",1,2],["r",1,[1,2]]]`. */
export function show({ id, ops }: ListTransaction): string {
  return `T${id} ${JSON.stringify(ops)}`;
}
