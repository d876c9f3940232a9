import { setTimeout as delay } from "node:timers/promises";

import { HoldfastError } from "@holdfast/core";
import type { Layout, Logger } from "@holdfast/core";

import { readOpeningStatement } from "./model-row.ts";
import { goOnWithUpgrade } from "./own-upgrade.ts";
import { mayPass } from "./persistently.ts";
import { lookAgain, rewrite } from "./rewrite.ts";
import type { WorkParts } from "./work-batch.ts";

/** What is left to do when a store is open. */
export interface LeftWork {
  /** `own`: for this program's model; `other`: for what others left, outdated records among it. */
  readonly left: "nothing" | "own" | "other";
  /** What this program declares. */
  readonly declared: Layout;
  /** Whether this program can lift documents of older forms. */
  readonly canLift: boolean;
}

/** How often older programs' writes are looked for. */
const sweepMs = 15_000;
const triesMost = 5;

/**
 * Brings records over behind an open store, until it is done or stopped: whoever opens the store next goes on with it.
 * Then it brings up to date, from time to time, what older programs write beside it.
 */
export class BackgroundRewrite {
  readonly #parts: WorkParts;
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;

  constructor(parts: WorkParts, work: LeftWork, logger: Logger) {
    this.#parts = parts;
    this.#ended = this.#run(work, logger);
  }

  /** Waits for the transaction that is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async #run({ left, declared, canLift }: LeftWork, logger: Logger): Promise<void> {
    const { signal } = this.#stopping;
    try {
      if (left === "own") await goOnWithUpgrade(this.#parts, declared, { signal });
      if (left === "other") await rewrite(this.#parts, { isOwn: false, signal });
      if (canLift) await this.#sweep(left !== "nothing");
    } catch (thrown) {
      if (signal.aborted) return;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      const details = HoldfastError.is(thrown) ? { code: thrown.code, ...thrown.details } : {};
      logger.warn(`the new layout is not in force, and queries on what is new in it stay refused: ${reason}`, details);
    }
  }

  async #sweep(isAtOnce: boolean): Promise<void> {
    const { signal } = this.#stopping;
    for (let isDue = isAtOnce; ; isDue = true) {
      if (isDue && this.#mayBeOutdated()) await this.#catchUp();
      await delay(sweepMs, undefined, { signal, ref: false });
    }
  }

  /** Documents have older forms only where a type has a newer one. */
  #mayBeOutdated(): boolean {
    return this.#parts.models.current.layout.types.some(({ schemaVersion }) => schemaVersion > 1);
  }

  async #catchUp(): Promise<void> {
    const { context, connections } = this.#parts;
    const { signal } = this.#stopping;
    try {
      const [result] = await connections.read([readOpeningStatement(context)]);
      if (typeof result?.rows[0]?.["work"] !== "string") return;
      await lookAgain(this.#parts, "all", { signal, triesMost });
    } catch (thrown) {
      // Whoever is in the way now will not be for ever.
      if (!mayPass(thrown)) throw thrown;
    }
  }
}
