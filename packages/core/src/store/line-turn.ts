import type { Footing } from "../chained-groups.ts";
import type { DriverOp, GroupResult, RecordText } from "../driver.ts";
import { HoldfastError } from "../errors.ts";
import { keyText } from "../plan-round.ts";
import type { RecordKey, StoredRecord, WriteResult } from "../record.ts";
import { changeOps } from "../record-turn.ts";
import type { RecordChange, RecordTurn } from "../record-turn.ts";
import type { CallLimits } from "../store.ts";
import type { Deadline } from "./deadline.ts";
import { encodeOps } from "./encode-ops.ts";
import type { EncodedGroup } from "./encoded-group.ts";
import type { OpenStore } from "./open-store.ts";
import { prepareGet } from "./read.ts";
import type { RecordLine, Tip, Waiter } from "./record-line.ts";
import { storedRecord, writeResults } from "./records.ts";
import { pause } from "./retry.ts";
import type { Scope } from "./scope.ts";
import { takeOps } from "./take-ops.ts";

const longestPauseMs = 50;

interface Found {
  readonly record: StoredRecord | undefined;
  /** The write that leaves it so; undefined where it is what is stored. */
  readonly tip: Tip | undefined;
  /** Whether that write was done before it was read here. */
  readonly isOld: boolean;
}

export interface TurnPlace {
  readonly store: OpenStore;
  readonly scope: Scope;
  readonly limits: CallLimits;
}

/** A turn at one record of a view: each of its calls is a call of the view, with the view's limits. */
export class LineTurn implements RecordTurn, Waiter {
  readonly #place: TurnPlace;
  readonly #key: RecordKey;
  #line: RecordLine | undefined;
  #number: number | undefined;
  #found: Found | undefined;
  #refusals = 0;
  wake: () => void = () => undefined;

  constructor(place: TurnPlace, { type, id }: RecordKey) {
    this.#place = place;
    this.#key = { type, id };
  }

  /** Given when the first call is accepted. */
  get number(): number {
    return (this.#number ??= this.#place.store.lines.nextNumber());
  }

  read(): Promise<StoredRecord | undefined> {
    return this.#call(async (deadline) => {
      const { lines } = this.#place.store;
      const line = lines.at(keyText({ tenant: this.#place.scope.tenant, ...this.#key }));
      this.#line = line;
      line.enter(this);
      while (!line.begin(this)) await deadline.until(new Promise<void>((resolve) => (this.wake = resolve)));
      const { tip } = line;
      const isOld = tip?.footing.state === "done";
      const stored = tip === undefined ? this.#readStored(deadline) : storedRecord(tip.record);
      const record = stored instanceof Promise ? await stored : stored;
      this.#found = { record, tip, isOld };
      return record;
    });
  }

  async isCertain(): Promise<boolean> {
    if (this.#found?.tip === undefined) return true;
    const { tip, isOld } = this.#found;
    if (isOld) this.#line?.forget(tip);
    this.#line?.leave(this);
    if (isOld) return false;
    return this.#call(async (deadline) => {
      await deadline.until(tip.settled);
      return tip.footing.state === "done";
    });
  }

  write(change: RecordChange): Promise<readonly WriteResult[] | undefined> {
    return this.#call(async (deadline) => {
      const found = this.#found;
      if (found?.record === undefined) return undefined;
      const taken = takeOps(changeOps(found.record, change));
      if (taken.some(({ kind }) => kind === "delete")) throw deletesNothing();
      const encoding = encodeOps(this.#place.scope, taken);
      const encoded = encoding instanceof Promise ? await encoding : encoding;
      const results = await this.#handIn(encoded, found.record, found.tip?.footing, deadline);
      return results === undefined ? undefined : writeResults(results, encoded);
    });
  }

  [Symbol.dispose](): void {
    this.#line?.leave(this);
  }

  /** Nothing is awaited before the write stands in the store's queue, so that its order is that of the line. */
  async #handIn(encoded: EncodedGroup, record: StoredRecord, on: Footing | undefined, deadline: Deadline) {
    const line = this.#line;
    if (line?.begin(this) !== true) return undefined;
    this.#found = undefined;
    const own: Footing = { state: "open" };
    const submitted = this.#place.store.parts.rounds.submit(encoded.group, deadline, { on, own });
    const left = leftBy(encoded.group[0], record);
    const settled = submitted.then(ignore, ignore);
    line.handIn(this, left === undefined ? undefined : { record: left, footing: own, settled });
    let results: GroupResult | undefined;
    try {
      results = await submitted;
    } finally {
      // Whoever is refused keeps the place in the line.
      if (results !== undefined && own.state === "failed") line.enter(this);
      line.settle(own.state === "done");
    }
    if (own.state === "done") return results;
    if (on?.state === "failed") return undefined;
    this.#refusals += 1;
    return results;
  }

  #readStored(deadline: Deadline): StoredRecord | undefined | Promise<StoredRecord | undefined> {
    const { store, scope } = this.#place;
    const prepared = prepareGet(scope, this.#key.type, [this.#key.id]);
    const read = () => deadline.until(prepared(store.parts.reads));
    // Who was refused met writers of other processes, or such as do not stand in the line.
    if (this.#refusals > 0)
      return pause(Math.min(longestPauseMs, 2 ** this.#refusals), deadline)
        .then(read)
        .then(first);
    const found = read();
    return found instanceof Promise ? found.then(first) : first(found);
  }

  #call<T>(run: (deadline: Deadline) => Promise<T>): Promise<T> {
    return this.#place.store.call(this.#place.limits, run);
  }
}

/** The record as a put of it leaves it; only its time is not known yet. */
function leftBy(op: DriverOp | undefined, record: StoredRecord): RecordText | undefined {
  if (op?.kind !== "put") return undefined;
  const { type, tenant, id, documentVersion, text } = op;
  const { version, created, updated } = record;
  return { type, tenant, id, version: version + 1, documentVersion, created, updated, text };
}

function first<T>([value]: readonly T[]): T | undefined {
  return value;
}

function ignore(): void {
  return undefined;
}

function deletesNothing(): HoldfastError {
  return new HoldfastError("what goes with a record's change deletes nothing", { code: "INVALID_ENTITY" });
}
