import { randomUUID } from "node:crypto";
import { emptyLayout, HoldfastError, liftNothing, unionLayout, WorkQueue } from "@holdfast/core";
import type {
  CheckProblem,
  Driver,
  DriverChanges,
  DriverGroup,
  DriverHold,
  DriverOptions,
  GroupResult,
  FeedLimits,
  Guarantees,
  Hold,
  Layout,
  LayoutPruning,
  Lift,
  Scalar,
  Writer,
} from "@holdfast/core";
import { applyRound, changedKey } from "./apply-round.ts";
import { checkState } from "./check-state.ts";
import { checkUpgrade, isSameLayout } from "./check-upgrade.ts";
import { checkReferences } from "./constraints.ts";
import { changesBehind, numberIn } from "./feed.ts";
import { behindRounds } from "./follow-rounds.ts";
import { isHold } from "./feed-marks.ts";
import { loadState } from "./load-state.ts";
import type { Medium, SavedState } from "./medium.ts";
import { ParsedDocuments } from "./parsed-documents.ts";
import { pruningOf, underLayout } from "./prune-layout.ts";
import type { State, StateChange } from "./state.ts";
import { StateReader } from "./state-reader.ts";
import { oldTombstones, withoutTombstones } from "./prune.ts";
import { SnapshotReader, TransactionWriter } from "./transaction-writer.ts";

interface Opened {
  readonly access: DriverOptions["access"];
  readonly now: () => number;
  readonly declared: Layout;
  readonly lift: Lift;
  /** Whether what was followed last could not be taken in. */
  isBehind: boolean;
  state: State;
}

/**
 * A driver that holds all records in memory and keeps them in a medium. There is one writer at a time; readers never
 * wait for it, since they read the last state that the medium has committed.
 */
export class StateDriver extends StateReader implements Driver {
  readonly #medium: Medium;
  readonly #newStore: () => string;
  readonly #turn = new WorkQueue();
  #opened: Opened | undefined;
  #closing: Promise<void> | undefined;

  /** `newStore` names a store that is new: nobody may have given that name before. */
  constructor(medium: Medium, newStore: () => string = randomUUID) {
    super(new ParsedDocuments());
    this.#medium = medium;
    this.#newStore = newStore;
  }

  get guarantees(): Guarantees {
    return this.#medium.guarantees;
  }

  get identity(): string {
    return this.#medium.identity;
  }

  async open(declared: Layout, options: DriverOptions): Promise<Layout> {
    try {
      const saved = await this.#medium.load(options);
      const stored = saved?.layout ?? emptyLayout;
      const layout = unionLayout(stored, declared);
      const isUpgrade = !isSameLayout(stored, layout);
      const mayChange = options.layout === "upgrade" && options.access === "write";
      if (isUpgrade && !mayChange) throw outdated(this.identity);
      const { lift = liftNothing } = options;
      const state = await this.#stateOf(saved, layout, lift);
      if (options.access === "write") {
        if (isUpgrade) await checkUpgrade(state);
        const lacksFeed = saved?.feed === undefined && options.layout === "upgrade";
        if (isUpgrade || saved === undefined || lacksFeed) await this.#medium.commit(state, []);
      }
      this.#opened = {
        access: options.access,
        now: () => options.stamps.now(),
        declared,
        lift,
        isBehind: false,
        state,
      };
      return layout;
    } catch (thrown) {
      await this.#close();
      throw thrown;
    }
  }

  apply(groups: readonly DriverGroup[], signal?: AbortSignal): Promise<readonly GroupResult[]> {
    return this.#write(async (opened) => {
      const { state, changes, results } = await applyRound(opened.state, groups, opened.now);
      await checkReferences(state, changes.map(changedKey));
      signal?.throwIfAborted();
      await this.#publish(opened, state, changes);
      return results;
    }, signal);
  }

  async transaction<T>(mode: "read" | "write", work: (writer: Writer) => Promise<T>): Promise<T> {
    if (mode === "read") return work(new SnapshotReader(await this.view(), this.documents));
    return this.#write(async (opened) => {
      const writer = new TransactionWriter(opened.state, opened.now, this.documents);
      const result = await work(writer);
      const { state, changes } = await writer.finish();
      await this.#publish(opened, state, changes);
      return result;
    });
  }

  async pruneLayout(declared: Layout, mode: "preview" | "apply"): Promise<LayoutPruning> {
    return this.#write(async (opened) => {
      const pruning = pruningOf(opened.state, declared);
      if (mode === "apply" && pruning.dropped.length > 0) {
        const { layout } = pruning;
        const next = await underLayout(opened.state, { layout, lift: opened.lift, place: this.identity });
        await this.#medium.commit(next, []);
        opened.state = next;
      }
      return pruning;
    });
  }

  async now(): Promise<number> {
    return Math.floor(this.#open().now());
  }

  async check(): Promise<readonly CheckProblem[]> {
    const opened = this.#open();
    await this.view();
    // The medium is asked between two commits, and answers beside them.
    const { state, checking } = await this.#turn.run(async () => {
      const now = opened.state;
      return { state: now, checking: this.#medium.check?.(now) };
    });
    return [...((await checking) ?? []), ...(await checkState(state, opened.lift))];
  }

  async changes(tenant: string, after: readonly Scalar[] | undefined, limits: FeedLimits): Promise<DriverChanges> {
    return changesBehind(await this.view(), tenant, after, limits);
  }

  wake(follower: AbortSignal): Promise<void> | undefined {
    return this.#medium.wake?.(follower);
  }

  async prune(before: number, signal?: AbortSignal): Promise<number> {
    const opened = this.#writable();
    const limits = { before, now: Math.floor(opened.now()) };
    let total = 0;
    for await (const tombstones of oldTombstones(opened.state, limits)) {
      if (signal?.aborted === true) break;
      total += await this.#write(async (now) => {
        const { state, changes, pruned } = await withoutTombstones(now.state, tombstones, limits);
        await this.#publish(now, state, changes);
        return pruned;
      });
    }
    return total;
  }

  hold(hold: DriverHold): Promise<void> {
    return this.#write(async (opened) => {
      numberIn(opened.state.feed, hold.tenant, hold.place);
      await this.#change(opened, { kind: "hold", hold });
    });
  }

  release(tenant: string, name: string): Promise<boolean> {
    return this.#write(async (opened) => {
      if (!opened.state.feed.holds.some((each) => isHold(each, tenant, name))) return false;
      await this.#change(opened, { kind: "release", tenant, name });
      return true;
    });
  }

  async holds(): Promise<readonly Hold[]> {
    const { feed } = await this.view();
    return feed.holds.map(({ tenant, name, since, moved, expires }) => ({ tenant, name, since, moved, expires }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn.run(() => this.#close());
  }

  protected override async view(): Promise<State> {
    const opened = this.#open();
    if (opened.access === "read" && this.#medium.follow !== undefined) {
      await this.#turn.run(() => this.#follow(opened));
    }
    return opened.state;
  }

  async #write<T>(work: (opened: Opened) => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#writable();
    return this.#turn.run(() => work(this.#open()), signal);
  }

  #writable(): Opened {
    const opened = this.#open();
    if (opened.access === "read") throw openedForReading(this.identity);
    return opened;
  }

  #change(opened: Opened, change: StateChange): Promise<void> {
    const draft = opened.state.clone();
    draft.apply(change);
    return this.#publish(opened, draft, [change]);
  }

  async #publish(opened: Opened, next: State, changes: readonly StateChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.#medium.commit(next, changes, opened.state);
    next.publish(opened.state, changes);
    opened.state = next;
  }

  async #follow(opened: Opened): Promise<void> {
    const from = opened.isBehind ? "anew" : "last";
    opened.isBehind = true;
    const followed = (await this.#medium.follow?.(from)) ?? { kind: "nothing" };
    if (followed.kind === "state") {
      const { saved } = followed;
      opened.state = await this.#stateOf(saved, unionLayout(saved.layout, opened.declared), opened.lift);
    } else if (followed.kind === "rounds") {
      opened.state = await behindRounds(opened.state, followed.rounds, opened.lift);
    }
    opened.isBehind = false;
  }

  #stateOf(saved: SavedState | undefined, layout: Layout, lift: Lift): Promise<State> {
    const options = { layout, lift, place: this.identity, newStore: this.#newStore };
    return loadState(saved ?? { layout, highWater: 0, pieces: [] }, options);
  }

  #open(): Opened {
    if (this.#opened !== undefined) return this.#opened;
    throw new HoldfastError("the store is not open", { code: "STORE_CLOSED" });
  }

  #close(): Promise<void> {
    const last = this.#opened;
    this.#opened = undefined;
    this.#closing ??= this.#medium.close(last?.access === "write" ? last.state : undefined);
    return this.#closing;
  }
}

function outdated(identity: string): HoldfastError {
  return new HoldfastError(
    `${identity} lacks something that the model declares; open it with layout: "upgrade" and access: "write"`,
    {
      code: "LAYOUT_OUTDATED",
    },
  );
}

function openedForReading(identity: string): HoldfastError {
  return new HoldfastError(`${identity} was opened with access: "read"`, { code: "STORE_READ_ONLY" });
}
