import { HoldfastError, keyText } from "@holdfast/core";
import type { DriverGroup, GroupResult, KeyChange, Writer } from "@holdfast/core";
import { applyRound, changedKey } from "./apply-round.ts";
import { checkReferences } from "./constraints.ts";
import type { ParsedDocuments } from "./parsed-documents.ts";
import type { State } from "./state.ts";
import { StateReader } from "./state-reader.ts";

/** Writes to a copy of its own; what it started from is what a rollback returns to. */
export class TransactionWriter extends StateReader implements Writer {
  readonly #now: () => number;
  #state: State;
  readonly #changes: KeyChange[] = [];

  constructor(state: State, now: () => number, documents?: ParsedDocuments) {
    super(documents);
    this.#state = state;
    this.#now = now;
  }

  protected override view(): State {
    return this.#state;
  }

  async apply(groups: readonly DriverGroup[]): Promise<readonly GroupResult[]> {
    const { state, changes, results } = await applyRound(this.#state, groups, this.#now);
    this.#state = state;
    for (const change of changes) this.#changes.push(change);
    return results;
  }

  async savepoint<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    const state = this.#state;
    const kept = this.#changes.length;
    try {
      return await work(this);
    } catch (thrown) {
      this.#state = state;
      this.#changes.length = kept;
      throw thrown;
    }
  }

  /** What to commit: REFERENCE_VIOLATION if a record that was written or deleted leaves a reference broken. */
  async finish(): Promise<{ readonly state: State; readonly changes: readonly KeyChange[] }> {
    const last = new Map(this.#changes.map((change) => [keyText(changedKey(change)), change]));
    const changes = [...last.values()];
    await checkReferences(this.#state, changes.map(changedKey));
    return { state: this.#state, changes };
  }
}

/** One state for as long as it is asked. */
export class SnapshotReader extends StateReader implements Writer {
  readonly #state: State;

  constructor(state: State, documents?: ParsedDocuments) {
    super(documents);
    this.#state = state;
  }

  protected override view(): State {
    return this.#state;
  }

  async apply(): Promise<never> {
    throw new HoldfastError("a read-only transaction cannot write", { code: "STORE_READ_ONLY" });
  }

  savepoint<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    return work(this);
  }
}
