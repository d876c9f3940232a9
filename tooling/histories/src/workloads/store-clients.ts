/** The workloads' clients on a Store: each goes the ways that there are in turn, in transactions and beside them. */
import type { Expect, JsonObject, Layout, Store, StoredRecord, StoreSession, WriteOp } from "@holdfast/core";

import type { MicroOp } from "../micro-ops.ts";
import type { BankClient, ListClient, RegisterClient } from "./clients.ts";

type PutOp = Extract<WriteOp, { put: unknown }>;

/** What the workloads declare: a register's value, so that it can be matched. Lists and accounts are undeclared. */
export const historyLayout: Layout = {
  types: [
    {
      type: "Register",
      schemaVersion: 1,
      fields: [{ name: "value", kind: "number" }],
      indexes: [],
      references: [],
    },
  ],
};

/** How many accounts a bank has, and what each holds at first. */
export const bank = { accounts: 5, balance: 20 } as const;

/** Few: a transaction that gives up is as good a part of a history as one that does not, and is told sooner. */
const triesOf = (turn: number): number => (turn % 3 === 0 ? 3 : 1);

export function registerClient(store: Store): RegisterClient {
  let turns = 0;
  const byVersion = async (session: StoreSession, key: number, from: number | null, to: number): Promise<boolean> => {
    const [record] = await session.get("Register", [idOf(key)]);
    if (numberIn(record, "value") !== from) return false;
    return isDone(session, put("Register", key, { value: to }, record?.version ?? "absent"));
  };
  return {
    read: async (key) => numberIn((await store.get("Register", [idOf(key)]))[0], "value"),
    write: async (key, value) => {
      await isDone(store, put("Register", key, { value }));
    },
    compareAndSet: (key, from, to) => {
      switch (turns++ % 3) {
        case 0:
          return store.transaction((session) => byVersion(session, key, from, to));
        case 1:
          return byVersion(store, key, from, to);
        default: {
          const op = put("Register", key, { value: to }, from === null ? "absent" : "any");
          return isDone(store, from === null ? op : { ...op, match: { value: from } });
        }
      }
    },
  };
}

export function listClient(store: Store): ListClient {
  let turns = 0;
  const inTransaction =
    (ops: readonly MicroOp[]) =>
    async (session: StoreSession): Promise<readonly MicroOp[]> => {
      const done: MicroOp[] = [];
      for (const op of ops) {
        const [f, key, value] = op;
        const [record] = await session.get("List", [idOf(key)]);
        const list = listIn(record);
        if (f === "append") await session.write([put("List", key, { list: [...list, value] })]);
        done.push(f === "append" ? op : [f, key, list]);
      }
      return done;
    };
  return {
    transact: async (ops) => {
      const [single] = ops;
      if (single === undefined || ops.length > 1) {
        const readOnly = ops.every(([f]) => f === "r") && ops.length % 2 === 0;
        return store.transaction(inTransaction(ops), { readOnly, tries: triesOf(turns++) });
      }
      const [f, key, value] = single;
      const [record] = await store.get("List", [idOf(key)]);
      if (f === "r") return [[f, key, listIn(record)]];
      const op = put("List", key, { list: [...listIn(record), value] }, record?.version ?? "absent");
      return (await isDone(store, op)) ? ops : undefined;
    },
  };
}

/** Puts the accounts there first; call it once for each bank. */
export async function openAccounts(store: Store): Promise<void> {
  await store.write(accounts().map((account) => put("Account", account, { balance: bank.balance })));
}

export function bankClient(store: Store): BankClient {
  let turns = 0;
  const readAll = async (session: StoreSession): Promise<Readonly<Record<string, number>>> => {
    const records = await session.get("Account", accounts().map(idOf));
    return Object.fromEntries(records.map((record, at) => [at, numberIn(record, "balance") ?? 0]));
  };
  const readEach = async (session: StoreSession): Promise<Readonly<Record<string, number>>> => {
    const balances: Record<string, number> = {};
    for (const account of accounts()) balances[account] = (await balancesOf(session, account))[0] ?? 0;
    return balances;
  };
  return {
    read: () => (turns++ % 2 === 0 ? readAll(store) : store.transaction(readEach, { readOnly: turns % 4 === 0 })),
    transfer: (from, to, amount) =>
      store.transaction(async (session) => {
        const [held = 0, other = 0] = await balancesOf(session, from, to);
        if (held < amount) return false;
        await session.write([
          put("Account", from, { balance: held - amount }),
          put("Account", to, { balance: other + amount }),
        ]);
        return true;
      }),
  };
}

async function balancesOf(session: StoreSession, ...some: readonly number[]): Promise<readonly number[]> {
  const records = await session.get("Account", some.map(idOf));
  return records.map((record) => numberIn(record, "balance") ?? 0);
}

function accounts(): readonly number[] {
  return Array.from({ length: bank.accounts }, (_each, at) => at);
}

function put(type: string, key: number, body: JsonObject, expect: Expect = "any"): PutOp {
  return { put: { type, id: idOf(key), documentVersion: 1, body }, expect };
}

async function isDone(session: StoreSession, op: WriteOp): Promise<boolean> {
  const [result] = await session.write([op]);
  return result?.ok === true;
}

function idOf(key: number): string {
  return `k${key}`;
}

function numberIn(record: StoredRecord | undefined, field: string): number | null {
  const value = record?.body[field];
  return typeof value === "number" ? value : null;
}

function listIn(record: StoredRecord | undefined): readonly number[] {
  const list = record?.body["list"];
  return Array.isArray(list) ? list.map(Number) : [];
}
