/** Which transaction must come before which, and why: Adya's dependencies, read off the lists. */
import { appendsTo, isBeginning, outerReadsOf } from "./list-versions.ts";
import type { ListTransaction, ListVersions } from "./list-versions.ts";

/**
 * `ww`: the second appended behind the first. `wr`: the second read what the first appended. `rw`: the second appended
 * what the first did not see yet. `rt`: the first had ended before the second was asked.
 */
export type DependencyKind = "ww" | "wr" | "rw" | "rt";

export interface Dependency {
  readonly kind: DependencyKind;
  readonly from: number;
  readonly to: number;
}

/** Dependencies between transactions that took effect: those acknowledged, and those whose appends were read. */
export function dependencies(versions: ListVersions): readonly Dependency[] {
  const found = new Map<string, Dependency>();
  const add = (kind: DependencyKind, from: ListTransaction | undefined, to: ListTransaction | undefined): void => {
    if (from === undefined || to === undefined || from === to) return;
    found.set(`${kind} ${from.id} ${to.id}`, { kind, from: from.id, to: to.id });
  };
  const unread = unreadAppenders(versions);
  for (const [key, order] of versions.orders) {
    const writers = order.map((value) => versions.appenders.get(`${key}/${value}`));
    writers.forEach((writer, at) => add("ww", writers[at - 1], writer));
    // What nobody read stands behind all that was read: lists only grow.
    for (const writer of unread.get(key) ?? []) add("ww", writers.at(-1), writer);
  }
  for (const reader of versions.transactions) {
    for (const { key, list } of outerReadsOf(reader)) {
      const order = versions.orders.get(key) ?? [];
      if (!isBeginning(list, order)) continue;
      add("wr", versions.appenders.get(`${key}/${list.at(-1)}`), reader);
      const next = order[list.length];
      if (next !== undefined) add("rw", reader, versions.appenders.get(`${key}/${next}`));
      else for (const writer of unread.get(key) ?? []) add("rw", reader, writer);
    }
  }
  return [...found.values()];
}

/**
 * That a transaction ended before another was asked. Only the nearest are given: the rest follows by way of these, so a
 * history of n transactions among c clients has n times c at most.
 */
export function realTime(transactions: readonly ListTransaction[]): readonly Dependency[] {
  const ended = transactions.filter(({ operation }) => operation.outcome === "ok");
  const moments = [
    ...transactions.map((transaction) => ({ at: transaction.operation.from, transaction, isEnd: false })),
    ...ended.map((transaction) => ({ at: transaction.operation.to, transaction, isEnd: true })),
  ].sort((a, b) => a.at - b.at);
  const before = new Map<number, readonly number[]>();
  let nearest: readonly number[] = [];
  const found: Dependency[] = [];
  for (const { transaction, isEnd } of moments) {
    const { id } = transaction;
    if (isEnd) {
      const covered = new Set(before.get(id));
      nearest = [...nearest.filter((each) => !covered.has(each)), id];
    } else {
      before.set(id, nearest);
      for (const from of nearest) found.push({ kind: "rt", from, to: id });
    }
  }
  return found;
}

/** By list: who took effect and appended what stands in no list that was read. */
function unreadAppenders({ transactions, orders }: ListVersions): ReadonlyMap<number, readonly ListTransaction[]> {
  const unread = new Map<number, ListTransaction[]>();
  for (const transaction of transactions) {
    if (!tookEffect(transaction, orders)) continue;
    for (const key of new Set(transaction.ops.map(([, list]) => list))) {
      const order = orders.get(key) ?? [];
      if (appendsTo(transaction, key).some((value) => !order.includes(value))) {
        unread.set(key, [...(unread.get(key) ?? []), transaction]);
      }
    }
  }
  return unread;
}

/** It was acknowledged, or something of it was read. */
function tookEffect({ operation, ops }: ListTransaction, orders: ListVersions["orders"]): boolean {
  if (operation.outcome !== "info") return operation.outcome === "ok";
  return ops.some(([f, key, value]) => f === "append" && orders.get(key)?.includes(value) === true);
}
