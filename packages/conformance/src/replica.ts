import assert from "node:assert/strict";

import type { Change, ChangeBatch, ChangeCursor, Store, StoredRecord } from "@holdfast/core";

import { show } from "./shorthand.ts";

/** What a follower makes of the changes that it is given. */
export class Replica {
  /** By type and id. */
  readonly records = new Map<string, StoredRecord>();
  readonly batches: ChangeBatch[] = [];
  readonly #versions = new Map<string, number>();

  get cursor(): ChangeCursor | undefined {
    return this.batches.at(-1)?.next;
  }

  /** All changes that it was given, in turn. */
  get changes(): readonly Change[] {
    return this.batches.flatMap(({ changes }) => changes);
  }

  /** Takes what there is, up to the moment at which all is caught up. */
  async catchUp(store: Store): Promise<this> {
    for await (const batch of store.changes(this.cursor)) this.apply(batch);
    assert.equal(this.batches.at(-1)?.caughtUp, true, "the last batch is caught up");
    return this;
  }

  apply(batch: ChangeBatch): void {
    this.batches.push(batch);
    for (const change of batch.changes) {
      const item = change.kind === "put" ? change.record : change.tombstone;
      const key = keyOf(item);
      const known = this.#versions.get(key) ?? 0;
      assert.ok(item.version > known, `version ${known} was followed by ${show(change)}`);
      this.#versions.set(key, item.version);
      if (change.kind === "put") this.records.set(key, change.record);
      else this.records.delete(key);
    }
  }

  /** Fails unless the store's view holds just the same of these types. */
  async equals(store: Store, ...types: readonly string[]): Promise<void> {
    const pages = await Promise.all(types.map((type) => store.find({ type, limit: 10_000 })));
    const stored = pages.flatMap(({ records }) => records);
    const byKey = new Map(stored.map((record) => [keyOf(record), record]));
    assert.deepEqual(new Map(inOrder(this.records)), new Map(inOrder(byKey)));
  }
}

/** What a change says, in short. */
export function brief(change: Change): string {
  const { id, version } = change.kind === "put" ? change.record : change.tombstone;
  return `${change.kind} ${id} ${version}`;
}

function keyOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type} ${id}`;
}

function inOrder<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
