import type { ChangeBatch, ChangeCursor, ChangesOptions } from "../changes.ts";
import type { DriverGroup } from "../driver.ts";
import { checkHoldName } from "../holds.ts";
import type { Layout } from "../layout.ts";
import { checkTenant } from "../names.ts";
import type { ContentPage, Query, RecordPage, Where } from "../query.ts";
import type { RecordKey, Scalar, StoredRecord, Tombstone, WriteOp, WriteResult } from "../record.ts";
import type { RecordTurn } from "../record-turn.ts";
import type {
  CallLimits,
  CheckReport,
  Guarantees,
  Store,
  StoreSession,
  StoreStats,
  TombstonePage,
  TransactionOptions,
} from "../store.ts";
import { backupStore } from "./backup-store.ts";
import { checkStore } from "./check-store.ts";
import { narrowed } from "./call-limits.ts";
import { takeLimits, takeTransaction } from "./call-options.ts";
import type { Deadline } from "./deadline.ts";
import { deletesParents } from "../references.ts";
import { encodeOps } from "./encode-ops.ts";
import type { EncodedGroup } from "./encoded-group.ts";
import { followChanges } from "./follow-changes.ts";
import { LineTurn } from "./line-turn.ts";
import type { OpenStore } from "./open-store.ts";
import { prepareContents, prepareCount, prepareCountBy, prepareFind, prepareGet, prepareTombstones } from "./read.ts";
import type { Prepared } from "./read.ts";
import { writeResults } from "./records.ts";
import { againIfTransient } from "./retry.ts";
import { resetTenant } from "./reset-tenant.ts";
import { runTransaction } from "./run-transaction.ts";
import type { Scope } from "./scope.ts";
import { summarise } from "./summarise.ts";
import { takeOps } from "./take-ops.ts";
import type { TransactionSession } from "./transaction-session.ts";

export interface ViewPlace {
  readonly tenant: string;
  /** Whether this is the store itself, which answers for all tenants where a call is about the whole. */
  readonly isRoot: boolean;
  readonly limits: CallLimits;
}

/** One tenant's view of an open store, with limits for each of its calls. */
export class StoreView implements Store {
  readonly #store: OpenStore;
  readonly #place: ViewPlace;
  readonly #scope: Scope;

  constructor(store: OpenStore, place: ViewPlace) {
    const { layout, lift, maxDocumentBytes } = store.parts;
    this.#store = store;
    this.#place = place;
    this.#scope = { tenant: place.tenant, layout, lift, maxDocumentBytes };
  }

  get backend(): string {
    return this.#store.parts.backend;
  }

  get guarantees(): Guarantees {
    return this.#store.parts.driver.guarantees;
  }

  get layout(): Layout {
    return this.#store.parts.layout;
  }

  get tenantName(): string {
    return this.#place.tenant;
  }

  tenant(name: string): Store {
    checkTenant(name);
    return new StoreView(this.#store, { ...this.#place, tenant: name, isRoot: false });
  }

  within(limits: CallLimits): Store {
    return new StoreView(this.#store, { ...this.#place, limits: narrowed(this.#place.limits, takeLimits(limits)) });
  }

  async *tenants(): AsyncIterable<string> {
    const { types } = await this.stats();
    yield* new Set(types.filter(({ records }) => records > 0).map(({ tenant }) => tenant));
  }

  get(type: string, ids: readonly string[]): Promise<readonly (StoredRecord | undefined)[]> {
    const { reads } = this.#store.parts;
    return this.#call((deadline) => deadline.until(prepareGet(this.#scope, type, ids)(reads)));
  }

  find(query: Query): Promise<RecordPage> {
    return this.#read(() => prepareFind(this.#scope, query));
  }

  contents(query: Omit<Query, "omit">): Promise<ContentPage> {
    return this.#read(() => prepareContents(this.#scope, query));
  }

  count(type: string, where?: Where): Promise<number> {
    return this.#read(() => prepareCount(this.#scope, type, where));
  }

  countBy(type: string, field: string, where?: Where): Promise<ReadonlyMap<Scalar, number>> {
    return this.#read(() => prepareCountBy(this.#scope, type, field, where));
  }

  tombstones(type: string, page: TombstonePage = {}): Promise<readonly Tombstone[]> {
    return this.#call((deadline) => {
      const prepared = prepareTombstones(this.#scope, type, page);
      const { driver } = this.#store.parts;
      const read = (): Promise<readonly Tombstone[]> => driver.transaction("read", prepared, deadline.signal);
      return Promise.race([againIfTransient(read, deadline), deadline.reached]);
    });
  }

  write(ops: readonly WriteOp[]): Promise<readonly WriteResult[]> {
    return this.#call(async (deadline) => {
      const { layout, rounds } = this.#store.parts;
      const taken = takeOps(ops);
      if (taken.length === 0) return [];
      const encoded = encodeOps(this.#scope, taken);
      const group = encoded instanceof Promise ? groupOf(encoded) : encoded.group;
      const work = async (session: TransactionSession) => session.apply(await group);
      const results = deletesParents(layout, taken)
        ? await rounds.submitAlone(() => this.#transact(work, {}), deadline)
        : await rounds.submit(group, deadline);
      return writeResults(results, encoded instanceof Promise ? await encoded : encoded);
    });
  }

  takeTurn(key: RecordKey): RecordTurn {
    return new LineTurn({ store: this.#store, scope: this.#scope, limits: this.#place.limits }, key);
  }

  async transaction<T>(work: (session: StoreSession) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#store.call({}, async () => this.#transact(work, takeTransaction(work, options)));
  }

  async now(): Promise<number> {
    const { driver } = this.#store.parts;
    return this.#call((deadline) => deadline.until(againIfTransient(() => driver.now(), deadline)));
  }

  changes(after?: ChangeCursor, options: ChangesOptions = {}): AsyncIterable<ChangeBatch> {
    const { tenant, limits } = this.#place;
    return followChanges(this.#store, { tenant, limits }, after, options);
  }

  async releaseHold(name: string): Promise<boolean> {
    checkHoldName(name);
    const { driver } = this.#store.parts;
    return this.#call((deadline) => againIfTransient(() => driver.release(this.#place.tenant, name), deadline));
  }

  async stats(): Promise<StoreStats> {
    const { driver } = this.#store.parts;
    return this.#call(async (deadline) => {
      const asked = againIfTransient(() => Promise.all([driver.stats(), driver.holds()]));
      const [types, holds] = await deadline.until(asked);
      return summarise(this.#own(types), this.#own(holds));
    });
  }

  async check(): Promise<CheckReport> {
    return this.#call(async (deadline) => {
      const checked = checkStore(this.#store.parts, deadline);
      const problems = this.#own(await deadline.until(checked));
      return { ok: problems.length === 0, problems };
    });
  }

  async backup(to: WritableStream<string>): Promise<void> {
    await this.#call((deadline) => backupStore(this.#store.parts, to, deadline));
  }

  async reset(): Promise<void> {
    const { parts, bell } = this.#store;
    await this.#store.call({}, () => resetTenant(parts, this.#scope, this.#place.limits).finally(() => bell.ring()));
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #transact<T>(work: (session: TransactionSession) => Promise<T>, options: TransactionOptions): Promise<T> {
    const { parts, bell } = this.#store;
    const limits = this.#place.limits;
    const result = await runTransaction(parts, this.#scope, work, options, limits).finally(() => bell.ring());
    if (options.readOnly !== true) parts.pruner.afterWrite();
    return result;
  }

  /** What of a whole store's report this view may see. */
  #own<T extends { readonly tenant?: string }>(reports: readonly T[]): readonly T[] {
    const { isRoot, tenant } = this.#place;
    return isRoot ? reports : reports.filter((each) => each.tenant === undefined || each.tenant === tenant);
  }

  #read<T>(prepare: () => Prepared<T>): Promise<T> {
    return this.#call((deadline) => {
      const prepared = prepare();
      const { driver } = this.#store.parts;
      return deadline.until(againIfTransient(() => prepared(driver), deadline));
    });
  }

  #call<T>(run: (deadline: Deadline) => T | Promise<T>): Promise<T> {
    return this.#store.call(this.#place.limits, run);
  }
}

/** Never counts as unhandled, though nobody may ask for it: a call that is given up has its answer. */
function groupOf(encoding: Promise<EncodedGroup>): Promise<DriverGroup> {
  const group = encoding.then((encoded) => encoded.group);
  group.catch(() => undefined);
  return group;
}
