import type { Driver, DriverGroup, DriverOptions, GroupResult, Guarantees, Layout, Writer } from "@holdfast/core";
import { systemStamps } from "@holdfast/core";
import { applyRound } from "../src/apply-round.ts";
import { changesBehind } from "../src/feed.ts";
import type { State } from "../src/state.ts";
import { StateReader } from "../src/state-reader.ts";
import { TransactionWriter } from "../src/transaction-writer.ts";
import { TreeState } from "../src/tree-state.ts";

let made = 0;

/**
 * A driver that claims serializability and does not keep it. `none`: what a transaction writes is there at once, for all
 * to see and for good. `snapshot`: each works on a snapshot of its own, and what it changed is put over what is there
 * when it ends, whoever changed that meanwhile.
 */
export class LoweredDriver extends StateReader implements Driver {
  readonly identity = `lowered:${++made}`;
  readonly guarantees: Guarantees = {
    isolation: "serializable",
    writers: "process",
    durability: "none",
    staleReads: false,
    hints: "store",
  };
  readonly #isolation: "none" | "snapshot";
  #state: State = TreeState.empty({ types: [] });
  #now = (): number => systemStamps.now();

  constructor(isolation: "none" | "snapshot") {
    super();
    this.#isolation = isolation;
  }

  open(layout: Layout, options: DriverOptions): Promise<Layout> {
    this.#state = TreeState.empty(layout);
    this.#now = () => options.stamps.now();
    return Promise.resolve(layout);
  }

  async apply(groups: readonly DriverGroup[]): Promise<readonly GroupResult[]> {
    const { state, results } = await applyRound(this.#state, groups, this.#now);
    this.#state = state;
    return results;
  }

  async transaction<T>(_mode: "read" | "write", work: (writer: Writer) => Promise<T>): Promise<T> {
    return this.#isolation === "none" ? work(this.#through()) : this.#onSnapshot(work);
  }

  now(): Promise<number> {
    return Promise.resolve(this.#now());
  }

  check(): Promise<readonly never[]> {
    return Promise.resolve([]);
  }

  changes(...asked: Parameters<Driver["changes"]>): ReturnType<Driver["changes"]> {
    return Promise.resolve(changesBehind(this.#state, ...asked));
  }

  prune(): Promise<number> {
    return Promise.resolve(0);
  }

  hold(): Promise<void> {
    return Promise.resolve();
  }

  release(): Promise<boolean> {
    return Promise.resolve(false);
  }

  holds(): Promise<readonly never[]> {
    return Promise.resolve([]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve();
  }

  protected override view(): State {
    return this.#state;
  }

  #through(): Writer {
    const writer: Writer = {
      get: (...asked) => this.get(...asked),
      find: (...asked) => this.find(...asked),
      count: (...asked) => this.count(...asked),
      countBy: (...asked) => this.countBy(...asked),
      stats: () => this.stats(),
      tombstones: (...asked) => this.tombstones(...asked),
      apply: (groups) => this.apply(groups),
      savepoint: (work) => work(writer),
    };
    return writer;
  }

  async #onSnapshot<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    const writer = new TransactionWriter(this.#state, this.#now);
    const result = await work(writer);
    const { changes } = await writer.finish();
    const draft = this.#state.clone();
    for (const change of changes) draft.apply(change);
    this.#state = draft;
    return result;
  }
}
