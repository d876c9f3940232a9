/** Compares what clients were told with what a store holds afterwards. Each finding is a sentence; none is as it must be. */
import type { Store } from "@holdfast/core";
import { repository } from "@holdfast/repositories";

import { Account, Counter, places, Receipt, Register } from "./entities.ts";
import { isDone, isUndone } from "./told.ts";
import type { Told } from "./told.ts";

/** What a server that comes and goes may make a call fail with. */
const expectedCodes: ReadonlySet<string> = new Set([
  "STORE_UNAVAILABLE",
  "STORE_BUSY",
  "COMMIT_UNKNOWN",
  "TRANSACTION_CONFLICT",
  "CONFLICT",
  "TIMEOUT",
]);

/** Of operations that leave a receipt: each acknowledged one is there, and none that surely was not done. */
export async function judgeReceipts(store: Store, all: readonly Told[]): Promise<readonly string[]> {
  const told = all.filter(({ kind }) => kind === "create" || kind === "transfer");
  const found: string[] = [];
  for (let at = 0; at < told.length; at += 1_000) {
    const some = told.slice(at, at + 1_000);
    const there = await repository(Receipt, store).getMany(some.map(({ id }) => id));
    for (const [place, each] of some.entries()) {
      if (isDone(each) && there[place] === undefined) found.push(`lost: ${JSON.stringify(each)}`);
      if (isUndone(each) && there[place] !== undefined) found.push(`done against its word: ${JSON.stringify(each)}`);
    }
  }
  return found;
}

/** All that can be said when the clients have ended. */
export async function judge(store: Store, told: readonly Told[]): Promise<readonly string[]> {
  const strange = told.filter(({ code }) => code !== null && !expectedCodes.has(code));
  return [
    ...strange.map((each) => `failed strangely: ${JSON.stringify(each)}`),
    ...(await judgeReceipts(store, told)),
    ...(await judgeStrangers(store, told)),
    ...(await judgeVersions(store, told)),
    ...(await judgeAccounts(store)),
    ...(await store.check()).problems.map(({ message }) => `check: ${message}`),
  ];
}

async function judgeStrangers(store: Store, told: readonly Told[]): Promise<readonly string[]> {
  const known = new Set(told.map(({ id }) => id));
  const found: string[] = [];
  for await (const { id } of repository(Receipt, store).each()) {
    if (!known.delete(id)) found.push(`a receipt that nobody asked for, or twice: ${id}`);
  }
  return found;
}

/** Counters and registers start at version 1, and each operation raises it by one. */
async function judgeVersions(store: Store, told: readonly Told[]): Promise<readonly string[]> {
  const counters = await repository(Counter, store).find({ limit: places.counters + 1 });
  const registers = await repository(Register, store).find({ limit: places.registers + 1 });
  const miscounted = counters.items.filter(({ count, version }) => count !== version - 1);
  return [
    ...miscounted.map(({ id, count, version }) => `${id} counts ${count} at version ${version}`),
    ...[...counters.items, ...registers.items].flatMap(({ id, version }) => judgeVersion(id, version - 1, told)),
  ];
}

function judgeVersion(target: string, times: number, all: readonly Told[]): readonly string[] {
  const told = all.filter((each) => each.target === target);
  const least = told.filter(isDone).length;
  const most = least + told.filter(({ outcome }) => outcome === "unknown").length;
  const versions = told.flatMap(({ version }) => version ?? []);
  return [
    ...(times >= least && times <= most
      ? []
      : [`${target} was changed ${times} times, not ${least} to ${most} as told`]),
    ...(new Set(versions).size === versions.length ? [] : [`${target}: one version was told twice`]),
    ...(versions.every((version) => version <= times + 1) ? [] : [`${target}: a version was told that is not there`]),
  ];
}

/** What every account holds follows from the receipts. */
async function judgeAccounts(store: Store): Promise<readonly string[]> {
  const expected = new Map<string, number>();
  const add = (id: string | null, amount: number): void => {
    if (id !== null) expected.set(id, (expected.get(id) ?? places.balance) + amount);
  };
  for await (const { from, to, amount } of repository(Receipt, store).each()) {
    add(from, -amount);
    add(to, amount);
  }
  const { items } = await repository(Account, store).find({ limit: places.accounts + 1 });
  return items.flatMap(({ id, balance }) => {
    const due = expected.get(id) ?? places.balance;
    return balance === due ? [] : [`${id} holds ${balance}, and its receipts say ${due}`];
  });
}
