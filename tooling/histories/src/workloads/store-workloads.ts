import type { Store } from "@holdfast/core";

import { checkBank } from "../checkers/bank.ts";
import { checkRegisters } from "../checkers/linearizability.ts";
import { checkSerializability } from "../checkers/serializability.ts";
import type { Operation } from "../history.ts";
import type { Recorder } from "../recorder.ts";
import { bankWorkload } from "./bank-workload.ts";
import { listAppendWorkload, readEveryList } from "./list-append-workload.ts";
import { registerWorkload } from "./register-workload.ts";
import { bank, bankClient, listClient, openAccounts, registerClient } from "./store-clients.ts";
import type { ClientRun } from "./workload.ts";

/** A workload on a store, from its beginning to the verdict on its history. */
export interface StoreWorkload {
  readonly prepare: (store: Store) => Promise<void>;
  /** What each client does. */
  readonly work: (store: Store, run: ClientRun) => Promise<void>;
  /** What one client does when all others are done. */
  readonly finish: (store: Store, recorder: Recorder, sizes: Pick<ClientRun, "calls" | "clients">) => Promise<void>;
  /** What the history shows that must never be, in words. */
  readonly check: (operations: readonly Operation[]) => readonly string[];
}

const nothing = (): Promise<void> => Promise.resolve();

export const storeWorkloads = {
  register: {
    prepare: nothing,
    work: (store, run) => registerWorkload(registerClient(store), run),
    finish: nothing,
    check: (operations) =>
      checkRegisters(operations).map(({ key, explained, of, stuckAt }) => {
        const where = `${explained} of ${of} are explained; stuck at ${JSON.stringify(stuckAt)}`;
        return `register ${JSON.stringify(key)} is not linearizable: ${where}`;
      }),
  },
  "list-append": {
    prepare: nothing,
    work: (store, run) => listAppendWorkload(listClient(store), run),
    finish: (store, recorder, sizes) => readEveryList(listClient(store), recorder, sizes),
    check: (operations) =>
      checkSerializability(operations, { strict: true }).map(({ name, explanation }) => `${name}: ${explanation}`),
  },
  bank: {
    prepare: openAccounts,
    work: (store, run) => bankWorkload(bankClient(store), run),
    finish: (store, recorder) => recorder.record("read", null, () => bankClient(store).read()),
    check: (operations) =>
      checkBank(operations, bank.accounts * bank.balance).map(({ name, explanation }) => `${name}: ${explanation}`),
  },
} as const satisfies Readonly<Record<string, StoreWorkload>>;

export type WorkloadName = keyof typeof storeWorkloads;
