import type { Writer } from "@holdfast/core";

import { bound } from "./faulty-driver.ts";
import type { Bug } from "./faulty-driver.ts";
import type { SeededBug } from "./seeded-bug.ts";
import { snapshotIsolation } from "./snapshot-isolation.ts";

export const transactionBugs: readonly SeededBug[] = [
  {
    name: "a transaction that throws is committed",
    theme: "transactions",
    bug: (sound) => ({
      transaction: async (mode, work) => {
        let thrown: { readonly reason: unknown } | undefined;
        const result = await sound.transaction(mode, (writer) =>
          work(writer).catch((reason: unknown) => {
            thrown = { reason };
            return undefined;
          }),
        );
        if (thrown !== undefined || result === undefined) throw thrown?.reason;
        return result;
      },
    }),
  },
  {
    name: "a transaction does not read its own writes",
    theme: "transactions",
    bug: (sound) => ({
      transaction: (mode, work) =>
        sound.transaction(mode, (writer) => work({ ...bound(writer), get: (...given) => sound.get(...given) })),
    }),
  },
  {
    name: "there are no transactions: writes are seen at once",
    theme: "isolation: anomalies that never happen",
    bug: withoutTransactions,
  },
  { name: "there are no transactions: nothing is rolled back", theme: "transactions", bug: withoutTransactions },
  {
    name: "savepoints undo nothing",
    theme: "savepoints and what dooms a transaction",
    bug: (sound) => ({
      transaction: (mode, work) =>
        sound.transaction(mode, (writer) => work({ ...bound(writer), savepoint: (inner) => inner(writer) })),
    }),
  },
  {
    name: "a reader sees what is written meanwhile",
    theme: "transactions that only read",
    bug: (sound) => ({
      transaction: (mode, work) =>
        mode === "read"
          ? (withoutTransactions(sound).transaction?.(mode, work) ?? sound.transaction(mode, work))
          : sound.transaction(mode, work),
    }),
  },
  {
    name: "a reader waits for the writer",
    theme: "transactions that only read",
    bug: (sound) => ({ transaction: (_mode, work) => sound.transaction("write", work) }),
  },
  {
    name: "snapshot isolation passes for serializable",
    theme: "isolation: what only serializable transactions prevent",
    bug: snapshotIsolation,
  },
];

/** There are no transactions: what is written is there at once, for all to see and for good. */
export function withoutTransactions(sound: Parameters<Bug>[0]): ReturnType<Bug> {
  const direct: Writer = {
    get: (...given) => sound.get(...given),
    find: (...given) => sound.find(...given),
    count: (...given) => sound.count(...given),
    countBy: (...given) => sound.countBy(...given),
    stats: () => sound.stats(),
    tombstones: (...given) => sound.transaction("read", (reader) => reader.tombstones(...given)),
    apply: (groups) => sound.apply(groups),
    savepoint: (work) => work(direct),
  };
  return { transaction: (_mode, work) => work(direct) };
}
