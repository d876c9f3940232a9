import type { Driver, Writer } from "../driver.ts";
import type { CallLimits, TransactionOptions } from "../store.ts";
import { positive, shortest } from "./call-limits.ts";
import { Deadline } from "./deadline.ts";
import { backOff, isTransient } from "./retry.ts";
import type { Scope } from "./scope.ts";
import { frameFor } from "./transaction-context.ts";
import { TransactionSession } from "./transaction-session.ts";
import type { Turnstile } from "./turnstile.ts";

const defaults = { timeoutMs: 15_000, tries: 10 };

/** Where transactions are run, and how they come by each other. */
export interface TransactionPlace {
  readonly driver: Driver;
  readonly turnstile: Turnstile;
}

interface Plan<T> {
  readonly driver: Driver;
  readonly scope: Scope;
  readonly mode: "read" | "write";
  readonly work: (session: TransactionSession) => Promise<T>;
  readonly deadline: Deadline;
}

type Attempt<T> =
  | { readonly done: true; readonly result: T }
  /** `isOwn`: the caller's code threw it, so it is never taken for a conflict of the backend's. */
  | { readonly done: false; readonly thrown: unknown; readonly isOwn: boolean };

/**
 * Runs `work` in a transaction of the driver until it commits, for as many tries as allowed. TIMEOUT and ABORTED come
 * at once while the transaction waits for its turn, after the rollback while it runs, and never once it commits.
 */
export async function runTransaction<T>(
  { driver, turnstile }: TransactionPlace,
  scope: Scope,
  work: (session: TransactionSession) => Promise<T>,
  options: TransactionOptions,
  limits: CallLimits,
): Promise<T> {
  const timeoutMs = shortest(options.timeoutMs, limits.timeoutMs) ?? defaults.timeoutMs;
  const triesMost = positive(options.tries ?? defaults.tries, "tries");
  using deadline = new Deadline({ timeoutMs, signals: [options.signal, limits.signal] });
  const mode = options.readOnly === true ? "read" : "write";
  for (let tries = 1; ; tries++) {
    const once = (): Promise<Attempt<T>> => tryOnce({ driver, scope, mode, work, deadline });
    const attempt = mode === "read" ? await once() : await turnstile.pass(tries, once, deadline);
    if (attempt.done) return attempt.result;
    if (attempt.isOwn || !isTransient(attempt.thrown) || tries >= triesMost) throw attempt.thrown;
    await backOff(tries, deadline);
  }
}

async function tryOnce<T>({ driver, scope, mode, work, deadline }: Plan<T>): Promise<Attempt<T>> {
  const frame = frameFor(driver.identity);
  let session: TransactionSession | undefined;
  let own: { readonly thrown: unknown } | undefined;
  const observed = async (handed: TransactionSession): Promise<T> => {
    try {
      return await work(handed);
    } catch (thrown) {
      own = { thrown };
      throw thrown;
    }
  };
  const perform = (writer: Writer): Promise<T> => {
    session = new TransactionSession(writer, scope, mode, frame);
    return session.perform(observed, deadline);
  };
  const transaction = driver.transaction(mode, perform, deadline.signal);
  const turn = new Promise<never>((_resolve, reject) => {
    deadline.whenReached((error) => {
      if (session === undefined) reject(error);
    });
  });
  try {
    return { done: true, result: await Promise.race([transaction, turn]) };
  } catch (thrown) {
    return { done: false, thrown, isOwn: own?.thrown === thrown && session?.doom !== thrown };
  }
}
