/**
 * What the contract says a tenant holds, as a plain map that anybody can check by reading. It knows nothing of how a store
 * does it. Times are the one thing that it cannot foretell: it takes them from the store's answers, and sees that they rise.
 */
import assert from "node:assert/strict";

import type { Expect, JsonObject, Match, Refusal, Scalar, StoredRecord, WriteOp, WriteResult } from "@holdfast/core";

import { kindOf } from "./model-layout.ts";

/** A stored record; its body is the text that JSON makes of it, so that nothing can alias. */
export interface Live {
  readonly live: true;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly documentVersion: number;
  readonly created: number;
  readonly updated: number;
  readonly text: string;
}

/** What is left of a deleted one. */
export interface Buried {
  readonly live: false;
  readonly type: string;
  readonly id: string;
  readonly version: number;
}

type Entry = Live | Buried;
type Verdict =
  | { readonly ok: true; readonly entry?: Live }
  | { readonly ok: false; readonly why: Refusal; readonly entry?: Live | undefined };

export class Reference {
  readonly entries: Map<string, Entry>;
  /** The highest time that the store has given. */
  stamp: number;

  constructor(from?: Reference) {
    this.entries = new Map(from?.entries);
    this.stamp = from?.stamp ?? 0;
  }

  get(type: string, id: string): Live | undefined {
    const entry = this.entries.get(keyOf(type, id));
    return entry?.live === true ? entry : undefined;
  }

  version(type: string, id: string): number {
    return this.entries.get(keyOf(type, id))?.version ?? 0;
  }

  all(type: string): readonly Live[] {
    return [...this.entries.values()].filter((entry): entry is Live => entry.live && entry.type === type);
  }

  /** Does a batch, whole or not at all. `answers` are the store's, for the times in them. */
  write(ops: readonly WriteOp[], answers: readonly WriteResult[]): readonly Verdict[] {
    const ahead = new Reference(this);
    // A refusal tells what is stored, which is what was there before the batch.
    const verdicts = ops.map((op, at) => ahead.#do(op, answers[at], this));
    if (verdicts.every(({ ok }) => ok)) {
      for (const [key, entry] of ahead.entries) this.entries.set(key, entry);
      // What a batch wrote and replaced itself was never stored: its time may be given again.
      const kept = verdicts.flatMap(({ entry }) => (entry !== undefined && this.#holds(entry) ? [entry.updated] : []));
      this.stamp = Math.max(this.stamp, ...kept);
      return verdicts;
    }
    return verdicts.map((verdict) => (verdict.ok ? { ok: false, why: "batch" } : verdict));
  }

  /** Deletes every record of the tenant. */
  reset(): void {
    for (const entry of this.entries.values()) if (entry.live) this.#bury(entry, entry.version + 1);
  }

  #do(op: WriteOp, answer: WriteResult | undefined, before: Reference): Verdict {
    if ("restore" in op) return this.#restore(op.restore);
    const { type, id } = "put" in op ? op.put : "delete" in op ? op.delete : op.check;
    const stored = this.get(type, id);
    const why = refusal(op.expect, "put" in op ? op.match : undefined, stored);
    if (why !== undefined) return { ok: false, why, entry: before.get(type, id) };
    const version = this.version(type, id) + 1;
    if ("delete" in op && stored !== undefined) this.#bury(stored, version);
    if (!("put" in op)) return { ok: true };
    const updated = this.#nextStamp(answer);
    const { documentVersion, body } = op.put;
    const text = JSON.stringify(body);
    const entry: Live = {
      live: true,
      type,
      id,
      version,
      documentVersion,
      created: stored?.created ?? updated,
      updated,
      text,
    };
    this.entries.set(keyOf(type, id), entry);
    return { ok: true, entry };
  }

  #restore(item: Extract<WriteOp, { restore: unknown }>["restore"]): Verdict {
    const { type, id, version } = item;
    if (version <= this.version(type, id)) return { ok: true };
    if ("deleted" in item) {
      this.#bury({ type, id }, version);
      return { ok: true };
    }
    const { documentVersion, created, updated, body } = item;
    const text = JSON.stringify(body);
    const entry: Live = { live: true, type, id, version, documentVersion, created, updated, text };
    this.entries.set(keyOf(type, id), entry);
    return { ok: true, entry };
  }

  #bury({ type, id }: { readonly type: string; readonly id: string }, version: number): void {
    this.entries.set(keyOf(type, id), { live: false, type, id, version });
  }

  #holds(entry: Live): boolean {
    return this.entries.get(keyOf(entry.type, entry.id)) === entry;
  }

  #nextStamp(answer: WriteResult | undefined): number {
    const updated = answer?.ok === true ? answer.record?.updated : undefined;
    if (updated === undefined) return this.stamp;
    assert.ok(updated > this.stamp, `a put was stamped ${updated}, and one before it ${this.stamp}`);
    this.stamp = updated;
    return updated;
  }
}

/** What a record holds in a field that its type declares; null for nothing. */
export function fieldOf({ type, text }: Live, field: string): Scalar {
  const body = JSON.parse(text) as JsonObject;
  if (kindOf(type, field) === undefined || !Object.hasOwn(body, field)) return null;
  const value = body[field] ?? null;
  return typeof value === "object" ? null : value;
}

export function keyOf(type: string, id: string): string {
  return `${type}/${id}`;
}

/** A record of the store's in the reference's words. */
export function liveOf({ type, id, version, documentVersion, created, updated, body }: StoredRecord): Live {
  return { live: true, type, id, version, documentVersion, created, updated, text: JSON.stringify(body) };
}

function refusal(expect: Expect, match: Match | undefined, stored: Live | undefined): Refusal | undefined {
  if (expect === "absent" && stored !== undefined) return "exists";
  if ((expect === "present" || typeof expect === "number") && stored === undefined) return "missing";
  if (typeof expect === "number" && stored?.version !== expect) return "version";
  if (match === undefined) return undefined;
  const isMatched =
    stored !== undefined && Object.entries(match).every(([field, value]) => fieldOf(stored, field) === value);
  return isMatched ? undefined : "match";
}
