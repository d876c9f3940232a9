/** What single transactions and single reads give away, without any graph. */
import { appendsTo, isBeginning, readsOf, show } from "./list-versions.ts";
import type { Anomaly, ListTransaction, ListVersions } from "./list-versions.ts";

export function listAnomalies(versions: ListVersions, strict: boolean): readonly Anomaly[] {
  const { transactions } = versions;
  return [
    ...transactions.flatMap(internal),
    ...transactions.flatMap(futureReads),
    ...transactions.flatMap((transaction) => strangeReads(transaction, versions)),
    // Without the clock, whoever does not see an append may have come before it.
    ...(strict ? lostAppends(versions) : []),
  ];
}

/** A read within a transaction must be what it read before, with its own appends since. */
function internal(transaction: ListTransaction): readonly Anomaly[] {
  if (transaction.operation.outcome !== "ok") return [];
  const known = new Map<number, readonly number[]>();
  const appended = new Map<number, readonly number[]>();
  for (const [f, key, value] of transaction.ops) {
    if (f === "append") {
      const list = known.get(key);
      if (list !== undefined) known.set(key, [...list, value]);
      appended.set(key, [...(appended.get(key) ?? []), value]);
    } else if (value !== null) {
      const own = appended.get(key) ?? [];
      const expected = known.get(key) ?? [...value.slice(0, Math.max(0, value.length - own.length)), ...own];
      if (!isEqual(value, expected)) {
        return [{ name: "internal", explanation: `${show(transaction)} contradicts itself about list ${key}` }];
      }
      known.set(key, value);
    }
  }
  return [];
}

/** A transaction cannot read what it appends only after that. */
function futureReads(transaction: ListTransaction): readonly Anomaly[] {
  if (transaction.operation.outcome !== "ok") return [];
  return transaction.ops.flatMap(([f, key, list], at): readonly Anomaly[] => {
    const later = appendsTo({ ops: transaction.ops.slice(at) }, key);
    if (f !== "r" || list === null || !list.some((value) => later.includes(value))) return [];
    return [{ name: "future-read", explanation: `${show(transaction)} reads in list ${key} what it then appends` }];
  });
}

function strangeReads(reader: ListTransaction, { appenders, orders }: ListVersions): readonly Anomaly[] {
  return readsOf(reader).flatMap(({ key, list }) => {
    const found: Anomaly[] = [];
    const say = (name: string, what: string): void => {
      found.push({ name, explanation: `${show(reader)} read list ${key} ${what}` });
    };
    if (new Set(list).size < list.length) say("duplicate-elements", "with a value twice");
    for (const value of list) {
      const writer = appenders.get(`${key}/${value}`);
      if (writer === undefined) say("garbage-read", `with ${value}, which nobody appended`);
      else if (writer.operation.outcome === "fail") say("G1a", `with ${value} of ${show(writer)}, which failed`);
    }
    const last = list.at(-1);
    const writer = last === undefined ? undefined : appenders.get(`${key}/${last}`);
    if (writer !== undefined && writer !== reader && appendsTo(writer, key).at(-1) !== last) {
      say("G1b", `in the middle of ${show(writer)}`);
    }
    if (!isBeginning(list, orders.get(key))) {
      say("incompatible-order", `as ${JSON.stringify(list)}, and another as ${JSON.stringify(orders.get(key))}`);
    }
    return found;
  });
}

/** An append that was acknowledged before a list was read at its longest, and is not in it. */
function lostAppends({ transactions, orders }: ListVersions): readonly Anomaly[] {
  const readAt = new Map<number, number>();
  for (const reader of transactions) {
    for (const { key, list } of readsOf(reader)) {
      const isLongest = list.length === (orders.get(key)?.length ?? 0);
      if (isLongest) readAt.set(key, Math.max(readAt.get(key) ?? -1, reader.operation.from));
    }
  }
  return transactions.flatMap((writer) => {
    if (writer.operation.outcome !== "ok") return [];
    return writer.ops.flatMap(([f, key, value]): Anomaly[] => {
      if (f !== "append" || orders.get(key)?.includes(value) === true) return [];
      if ((readAt.get(key) ?? -1) < writer.operation.to) return [];
      return [{ name: "lost-append", explanation: `${value} of ${show(writer)} is in no later read of list ${key}` }];
    });
  });
}

function isEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
