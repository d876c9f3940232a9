import type { Driver } from "../driver.ts";
import type { GroupCommit } from "../group-commit.ts";
import type { GroupRead } from "../group-read.ts";
import { HoldfastError } from "../errors.ts";
import type { Layout } from "../layout.ts";
import type { Lift } from "../lift.ts";
import type { Stamps } from "../stamps.ts";
import type { CommitBell } from "./commit-bell.ts";
import { Deadline } from "./deadline.ts";
import type { Pruner } from "./pruner.ts";
import { RecordLines } from "./record-lines.ts";
import { storeRefusal } from "./transaction-context.ts";
import type { Turnstile } from "./turnstile.ts";
import type { CallLimits } from "../store.ts";

export interface OpenStoreParts {
  readonly backend: string;
  readonly driver: Driver;
  readonly layout: Layout;
  readonly lift: Lift;
  readonly rounds: GroupCommit;
  readonly reads: GroupRead;
  readonly turnstile: Turnstile;
  readonly queueLimit: number;
  readonly maxDocumentBytes: number;
  readonly pollMs: number;
  readonly pruner: Pruner;
  readonly stamps: Stamps;
}

/** What all views of one open store share: the driver, the queue of writes, and which calls are still under way. */
export class OpenStore {
  readonly parts: OpenStoreParts;
  readonly bell: CommitBell;
  readonly lines = new RecordLines();
  #underWay = 0;
  #isClosing = false;
  #closed: Promise<void> | undefined;
  #whenIdle: () => void = () => undefined;

  constructor(parts: OpenStoreParts, bell: CommitBell) {
    this.parts = parts;
    this.bell = bell;
  }

  /** Accepts a call in the caller's context, or fails with STORE_CLOSED, TRANSACTION_OUTER_USE or STORE_BUSY. */
  async call<T>(limits: CallLimits, run: (deadline: Deadline) => T | Promise<T>): Promise<T> {
    this.#admit();
    this.#underWay += 1;
    const { timeoutMs, signal } = limits;
    const isLimited = timeoutMs !== undefined || signal !== undefined;
    try {
      const result = isLimited ? withinLimits(limits, run) : run(Deadline.none);
      return result instanceof Promise ? await result : result;
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#whenIdle();
    }
  }

  /** Lets accepted calls end, then disposes of the driver. */
  async close(): Promise<void> {
    const refused = storeRefusal(this.parts.driver.identity);
    if (refused !== undefined && !this.#isClosing) throw refused;
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    this.bell.ring();
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    await this.parts.rounds.idle();
    await this.parts.pruner.close();
    await this.parts.driver[Symbol.asyncDispose]();
  }

  #admit(): void {
    if (this.#isClosing) throw new HoldfastError("the store is closed", { code: "STORE_CLOSED" });
    const refused = storeRefusal(this.parts.driver.identity);
    if (refused !== undefined) throw refused;
    const { queueLimit } = this.parts;
    if (this.#underWay < queueLimit) return;
    throw new HoldfastError(`${queueLimit} calls are under way already`, {
      code: "STORE_BUSY",
      details: { queueLimit },
    });
  }
}

async function withinLimits<T>(
  { timeoutMs, signal }: CallLimits,
  run: (deadline: Deadline) => T | Promise<T>,
): Promise<T> {
  using deadline = new Deadline({ timeoutMs, signals: [signal] });
  deadline.check();
  return await run(deadline);
}
