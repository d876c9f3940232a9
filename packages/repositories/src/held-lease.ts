import { HoldfastError } from "@holdfast/core";
import type { RecordKey, StoreSession } from "@holdfast/core";
import { setInterval } from "node:timers/promises";
import type { ClaimsStore } from "./claim-types.ts";
import { fencedSession } from "./fenced-session.ts";
import { fence, releaseOps, renewOps } from "./lease-records.ts";
import { refusedOp } from "./refusals.ts";

const renewalsInLength = 3;
const longestPauseMs = 2 ** 31 - 1;

export interface LeaseTerms {
  readonly owner: string;
  readonly leaseMs: number;
}

/** A lease that was taken, until it is released or found to be lost. */
export class HeldLease {
  readonly session: StoreSession;
  readonly #store: ClaimsStore;
  readonly #entity: RecordKey;
  readonly #version: number;
  readonly #terms: LeaseTerms;
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();

  constructor(store: ClaimsStore, entity: RecordKey, version: number, terms: LeaseTerms) {
    this.#store = store;
    this.#entity = entity;
    this.#version = version;
    this.#terms = terms;
    this.session = fencedSession(store, { op: fence(entity, version), lost: () => this.#lose() });
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async renew(): Promise<void> {
    const expires = await endOfLease(this.#store, this.#terms.leaseMs);
    const refused = refusedOp(await this.#store.write(renewOps(this.#entity, this.#version, expires)));
    if (refused !== undefined) throw this.#lose();
  }

  async release(): Promise<boolean> {
    this.#ended.abort();
    return refusedOp(await this.#store.write(releaseOps(this.#entity, this.#version, this.#terms.owner))) === undefined;
  }

  /** Renews by the clock. What fails is tried again at the next turn; a process that has nothing else to do may end. */
  async keepRenewed(): Promise<void> {
    const pauseMs = Math.min(Math.ceil(this.#terms.leaseMs / renewalsInLength), longestPauseMs);
    const signal = AbortSignal.any([this.#ended.signal, this.#lost.signal]);
    try {
      for await (const _ of setInterval(pauseMs, undefined, { signal, ref: false })) {
        await this.renew().catch(() => undefined);
      }
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    }
  }

  #lose(): HoldfastError {
    const { type, id } = this.#entity;
    const { owner } = this.#terms;
    const error = new HoldfastError(`"${owner}" no longer holds "${type}" with id "${id}"`, {
      code: "LEASE_LOST",
      details: { type, id, owner },
    });
    if (!this.#ended.signal.aborted) this.#lost.abort(error);
    return error;
  }
}

/** When a lease ends that begins now, in microseconds by the backend's clock. */
export async function endOfLease(store: Pick<ClaimsStore, "now">, leaseMs: number): Promise<number> {
  return (await store.now()) + Math.round(leaseMs * 1_000);
}
