import type { LedgerEntry, SimulatedFs } from "@holdfast-tooling/simulated-fs";
import { HoldfastError } from "@holdfast/core";
import type { DriverGroup, DriverOp, Durability } from "@holdfast/core";
import { aheadBytes, options, path } from "../open-driver.ts";
import { ManualClock } from "./manual-clock.ts";
import { isUnwritten, ObservedDriver, stateText } from "./observed-driver.ts";

export interface SessionOptions {
  readonly durability: Durability;
  readonly foldBytes: number;
}

/** Notes by their ids, as `id` or `tenant/id`; undefined for one that is deleted. */
export type Notes = Readonly<Record<string, string | undefined>>;

/**
 * A program that uses one store and goes on whatever fails: calls never throw. Each process that it runs in has the same
 * disk. What it was told stands in the ledger.
 */
export class Session {
  readonly options: SessionOptions;
  readonly ledger: LedgerEntry[] = [];
  readonly failures: HoldfastError[] = [];
  /** What no caller may ever get. */
  readonly strangers: Error[] = [];
  readonly clock = new ManualClock();
  readonly warnings: string[] = [];
  fs: SimulatedFs;
  #driver: ObservedDriver | undefined;
  #opening: Promise<void> | undefined;
  #micros = 1_700_000_000_000_000;
  #suffixes = 0;

  constructor(fs: SimulatedFs, given: SessionOptions) {
    this.fs = fs;
    this.options = given;
  }

  get isOpen(): boolean {
    return this.#driver !== undefined;
  }

  async open(): Promise<void> {
    const { fs, clock, options: own } = this;
    const note = (kind: LedgerEntry["kind"], state: string): void => {
      if (fs === this.fs) this.ledger.push({ at: fs.operations.length, kind, state });
    };
    const parts = {
      fs,
      fileSystemType: async () => undefined,
      clock,
      foldBytes: own.foldBytes,
      aheadBytes,
      newSuffix: () => (++this.#suffixes).toString(16).padStart(16, "0"),
      lockFile: async () => ({ release: async () => undefined }),
      watchFile: () => ({ close: () => undefined }),
    };
    const driver = new ObservedDriver(path, parts, note);
    await this.#noted(async () => {
      const logger = { warn: (message: string) => void this.warnings.push(message) };
      const stamps = { now: () => ++this.#micros, newId: () => "id" };
      await driver.open({ types: [] }, options({ durability: own.durability, logger, stamps }));
      this.#driver = driver;
      note("acknowledged", stateText(await driver.state()));
    });
  }

  /** One round. Opens the store first where it is not open. */
  async write(...groups: readonly Notes[]): Promise<void> {
    // Writes that start together share the store, as the lock would have it.
    if (this.#driver === undefined) await (this.#opening ??= this.open().finally(() => (this.#opening = undefined)));
    await this.#noted(async () => this.#driver?.apply(groups.map(groupOf)));
  }

  /** Lets go of all tombstones. */
  async prune(): Promise<void> {
    await this.#noted(async () => this.#driver?.prune(Number.MAX_SAFE_INTEGER));
  }

  async close(): Promise<void> {
    const driver = this.#driver;
    this.#driver = undefined;
    await this.#noted(async () => driver?.[Symbol.asyncDispose]());
  }

  /** Time passes, and what was waiting for it is done. */
  async rest(): Promise<void> {
    this.clock.tick();
    await this.settle();
  }

  /** What goes on in the background comes to its end. */
  async settle(): Promise<void> {
    for (let before = -1; before !== this.fs.log.length;) {
      before = this.fs.log.length;
      for (let turn = 0; turn < 100; turn++) await Promise.resolve();
    }
  }

  /** The process ends here; what it had begun is never heard of again. */
  kill(): void {
    this.clock.stop();
    this.#driver = undefined;
    this.fs = this.fs.afterKill();
  }

  /** All that the open store holds. */
  async state(): Promise<{ readonly text: string; readonly isUnwritten: boolean } | undefined> {
    const state = await this.#driver?.state();
    return state === undefined ? undefined : { text: stateText(state), isUnwritten: isUnwritten(state) };
  }

  async #noted(call: () => Promise<unknown>): Promise<void> {
    try {
      await call();
    } catch (thrown) {
      if (HoldfastError.is(thrown)) this.failures.push(thrown);
      else this.strangers.push(new Error("no error of ours was thrown", { cause: thrown }));
    }
  }
}

function groupOf(notes: Notes): DriverGroup {
  return Object.entries(notes).map(([place, text]): DriverOp => {
    const [id = "", tenant = "default"] = place.split("/").reverse();
    const key = { tenant, type: "Note", id };
    if (text === undefined) return { kind: "delete", ...key, expect: "any" };
    const document = { documentVersion: 1, text: JSON.stringify({ text }), fields: new Map() };
    return { kind: "put", ...key, ...document, expect: "any" };
  });
}
