/** Clients that write through the public API for as long as they may, whatever becomes of the server meanwhile. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import { HoldfastError } from "@holdfast/core";
import type { Store, StoreSession } from "@holdfast/core";
import { repository } from "@holdfast/repositories";

import { Account, Counter, places, Receipt, Register } from "./entities.ts";
import type { Kind, Told } from "./told.ts";

/** Clients think in between, or the machine would have no time left for the server's coming back. */
const thinkingMsMost = 20;

export interface ClientsRun {
  readonly clients: number;
  /** Takes each answer as it comes. */
  readonly tell: (told: Told) => void;
  /** Ends the clients, each after the call that it is in. */
  readonly signal: AbortSignal;
}

interface Asked {
  readonly target: string | null;
  /** Resolves with the version that was told, if one was; undefined where an expectation was refused. */
  readonly call: () => Promise<number | null | undefined>;
}

/** Makes what the clients meet at. */
export async function preparePlaces(store: Store): Promise<void> {
  await store.transaction(async (session) => {
    const named = (count: number, name: string) => Array.from({ length: count }, (_each, at) => `${name}${at}`);
    await repository(Counter, session).saveMany(named(places.counters, "c").map((id) => ({ id, count: 0 })));
    await repository(Register, session).saveMany(named(places.registers, "r").map((id) => ({ id, by: "" })));
    const balance = places.balance;
    await repository(Account, session).saveMany(named(places.accounts, "a").map((id) => ({ id, balance })));
  });
}

/** Resolves when the signal was given and every call has its answer. An error that is none of the store's ends it all. */
export async function runClients(store: Store, { clients, tell, signal }: ClientsRun): Promise<void> {
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const id = randomUUID();
      const kind = anyOf(kinds);
      tell(await answerTo(kind, id, asks[kind](store, id)));
      await delay(below(thinkingMsMost));
    }
  };
  await Promise.all(Array.from({ length: clients }, run));
}

async function answerTo(kind: Kind, id: string, { target, call }: Asked): Promise<Told> {
  const about = { kind, id, target, asked: Date.now() };
  try {
    const version = await call();
    return { ...about, outcome: version === undefined ? "refused" : "done", version: version ?? null, code: null };
  } catch (thrown) {
    if (!HoldfastError.is(thrown)) throw thrown;
    return { ...about, outcome: thrown.outcome, version: null, code: thrown.code };
  }
}

const kinds: readonly Kind[] = ["create", "raise", "swap", "transfer"];

const asks: Readonly<Record<Kind, (store: Store, id: string) => Asked>> = {
  create: (store, id) => ({
    target: null,
    call: async () => (await repository(Receipt, store).create({ id })).version,
  }),
  raise: (store) => {
    const target = `c${below(places.counters)}`;
    const raised = () => repository(Counter, store).update(target, (now) => ({ ...now, count: now.count + 1 }));
    return { target, call: async () => (await raised()).version };
  },
  swap: (store, id) => {
    const target = `r${below(places.registers)}`;
    return { target, call: () => swap(store, target, id) };
  },
  transfer: (store, id) => ({
    target: null,
    call: async () => {
      await store.transaction((session) => transfer(session, id));
      return null;
    },
  }),
};

async function swap(store: Store, target: string, by: string): Promise<number | undefined> {
  const registers = repository(Register, store);
  const held = await registers.get(target);
  if (held === undefined) throw new Error(`there is no register ${target}`);
  try {
    return (await registers.save({ ...held, by })).version;
  } catch (thrown) {
    if (HoldfastError.is(thrown, "CONFLICT")) return undefined;
    throw thrown;
  }
}

async function transfer(session: StoreSession, id: string): Promise<void> {
  const [first, step, amount] = [below(places.accounts), 1 + below(places.accounts - 1), 1 + below(10)];
  const [from, to] = [`a${first}`, `a${(first + step) % places.accounts}`];
  const accounts = repository(Account, session);
  const [payer, payee] = await accounts.getMany([from, to]);
  if (payer === undefined || payee === undefined) throw new Error("an account is missing");
  await accounts.save({ ...payer, balance: payer.balance - amount });
  await accounts.save({ ...payee, balance: payee.balance + amount });
  await repository(Receipt, session).create({ id, from, to, amount });
}

function anyOf<T>(some: readonly T[]): T {
  const [one] = some.slice(below(some.length));
  if (one === undefined) throw new Error("nothing to choose from");
  return one;
}

function below(count: number): number {
  return Math.floor(Math.random() * count);
}
