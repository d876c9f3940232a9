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
  KeyChange,
  Layout,
  LayoutPruning,
  Lift,
  RecordText,
  Scalar,
  Writer,
} from "@holdfast/core";
import { applyRound, changedKey } from "./apply-round.ts";
import { checkState } from "./check-state.ts";
import { checkUpgrade, isSameLayout } from "./check-upgrade.ts";
import { checkReferences } from "./constraints.ts";
import { changesBehind, numberIn } from "./feed.ts";
import { behindRounds } from "./follow-rounds.ts";
import { HeldState } from "./held-state.ts";
import { isHold } from "./feed-marks.ts";
import { loadState } from "./load-state.ts";
import type { Medium, SavedState } from "./medium.ts";
import { ParsedDocuments } from "./parsed-documents.ts";
import { pruningOf, underLayout } from "./prune-layout.ts";
import type { State, StateChange } from "./state.ts";
import { StateReader } from "./state-reader.ts";
import { oldTombstones, withoutTombstones } from "./prune.ts";
import { SnapshotReader, TransactionWriter } from "./transaction-writer.ts";

/** Records of one call that are read from where they were saved, one by one, as long as the state is not read. */
const lookupMost = 16;

interface Opened {
  readonly access: DriverOptions["access"];
  readonly now: () => number;
  readonly declared: Layout;
  readonly lift: Lift;
  /** Whether what was followed last could not be taken in. */
  isBehind: boolean;
  readonly held: HeldState;
}

/** A store that is opened, and what it holds now. */
interface Reached {
  readonly opened: Opened;
  readonly state: State;
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
      const read = (): Promise<State> => this.#stateOf(saved, layout, lift);
      const lookup = isUpgrade || saved?.feed === undefined ? undefined : await saved.lookup?.();
      const held = lookup === undefined ? HeldState.of(await read()) : HeldState.unread(lookup, read);
      if (options.access === "write" && lookup === undefined) {
        const state = await held.state();
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
        held,
      };
      return layout;
    } catch (thrown) {
      await this.#close();
      throw thrown;
    }
  }

  apply(groups: readonly DriverGroup[], signal?: AbortSignal): Promise<readonly GroupResult[]> {
    return this.#write(async (before) => {
      const { state, changes, results } = await applyRound(before.state, groups, before.opened.now);
      const isReferring = (change: KeyChange): boolean => state.model.isInReferences(changedKey(change).type);
      if (changes.some(isReferring)) await checkReferences(state, changes.map(changedKey));
      signal?.throwIfAborted();
      await this.#publish(before, state, changes);
      return results;
    }, signal);
  }

  async transaction<T>(mode: "read" | "write", work: (writer: Writer) => Promise<T>): Promise<T> {
    if (mode === "read") return work(new SnapshotReader(await this.view(), this.documents));
    return this.#write(async (before) => {
      const writer = new TransactionWriter(before.state, before.opened.now, this.documents);
      const result = await work(writer);
      const { state, changes } = await writer.finish();
      await this.#publish(before, state, changes);
      return result;
    });
  }

  async pruneLayout(declared: Layout, mode: "preview" | "apply"): Promise<LayoutPruning> {
    return this.#write(async ({ opened, state }) => {
      const pruning = pruningOf(state, declared);
      if (mode === "apply" && pruning.dropped.length > 0) {
        const { layout } = pruning;
        const next = await underLayout(state, { layout, lift: opened.lift, place: this.identity });
        await this.#medium.commit(next, []);
        opened.held.replace(next);
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
      const now = await opened.held.state();
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
    for await (const tombstones of oldTombstones(await opened.held.state(), limits)) {
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
    return this.#write(async (now) => {
      numberIn(now.state.feed, hold.tenant, hold.place);
      await this.#change(now, { kind: "hold", hold });
    });
  }

  release(tenant: string, name: string): Promise<boolean> {
    return this.#write(async (now) => {
      if (!now.state.feed.holds.some((each) => isHold(each, tenant, name))) return false;
      await this.#change(now, { kind: "release", tenant, name });
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

  /** As long as nothing else was asked, a few records are read from where they were saved. */
  override async get(tenant: string, type: string, ids: readonly string[]): ReturnType<StateReader["get"]> {
    const lookup = ids.length <= lookupMost ? this.#open().held.lookup() : undefined;
    if (lookup !== undefined) return Promise.all(ids.map((id) => lookup.get({ tenant, type, id })));
    const view = this.view();
    return this.recordsIn(view instanceof Promise ? await view : view, tenant, type, ids);
  }

  getAtOnce(tenant: string, type: string, ids: readonly string[]): readonly (RecordText | undefined)[] | undefined {
    const opened = this.#open();
    const state = this.#isFollowing(opened) ? undefined : opened.held.atHand;
    return state && this.recordsIn(state, tenant, type, ids);
  }

  protected override view(): Promise<State> | State {
    const opened = this.#open();
    return this.#isFollowing(opened) ? this.#followed(opened) : opened.held.state();
  }

  /** Whether another process writes what is read here. */
  #isFollowing({ access }: Opened): boolean {
    return access === "read" && this.#medium.follow !== undefined;
  }

  async #followed(opened: Opened): Promise<State> {
    await this.#turn.run(() => this.#follow(opened));
    return opened.held.state();
  }

  async #write<T>(work: (now: Reached) => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#writable();
    return this.#turn.run(() => {
      const opened = this.#open();
      const state = opened.held.state();
      return state instanceof Promise ? state.then((read) => work({ opened, state: read })) : work({ opened, state });
    }, signal);
  }

  #writable(): Opened {
    const opened = this.#open();
    if (opened.access === "read") throw openedForReading(this.identity);
    return opened;
  }

  #change(now: Reached, change: StateChange): Promise<void> {
    const draft = now.state.clone();
    draft.apply(change);
    return this.#publish(now, draft, [change]);
  }

  async #publish({ opened, state }: Reached, next: State, changes: readonly StateChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.#medium.commit(next, changes, state);
    next.publish(state, changes);
    opened.held.replace(next);
  }

  async #follow(opened: Opened): Promise<void> {
    const from = opened.isBehind ? "anew" : "last";
    opened.isBehind = true;
    const followed = (await this.#medium.follow?.(from)) ?? { kind: "nothing" };
    if (followed.kind === "state") {
      const { saved } = followed;
      opened.held.replace(await this.#stateOf(saved, unionLayout(saved.layout, opened.declared), opened.lift));
    } else if (followed.kind === "rounds") {
      opened.held.replace(await behindRounds(await opened.held.state(), followed.rounds, opened.lift));
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
    this.#closing ??= this.#closeBehind(last);
    return this.#closing;
  }

  async #closeBehind(last: Opened | undefined): Promise<void> {
    try {
      await this.#medium.close(last?.access === "write" ? async () => last.held.state() : undefined);
    } finally {
      await last?.held.close();
    }
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
