import type { Entity, EntityOf, OrderByOf, Store, StoreSession, WhereOf } from "@holdfast/core";
import type { Repository, RepositoryOptions } from "./repository-types.ts";

/** A store or a tenant's view of it: leases are never taken inside a transaction. */
export type ClaimsStore = StoreSession & Pick<Store, "now">;

export interface ClaimsOptions extends RepositoryOptions {
  /** Who claims: a worker's name, for people to read. Two of the same name do not share what they hold. */
  readonly owner: string;
  /** How long a lease lasts without being renewed, in milliseconds, from 1 to 86,400,000. @default 30_000 */
  readonly leaseMs?: number;
  /** Whether a lease is renewed by itself, three times in its length, until it is released. @default true */
  readonly autoRenew?: boolean;
}

export interface ClaimNextOptions<E extends Entity> {
  /** @default every entity of the type */
  readonly where?: WhereOf<E> | undefined;
  /** @default by `createdAt`, then by `id` */
  readonly orderBy?: readonly OrderByOf<E>[] | undefined;
  /** A stored entity that does not fit its schema: INVALID_ENTITY, or go on behind it. @default "fail" */
  readonly onInvalid?: "fail" | "skip" | undefined;
}

/** Who holds an entity, and until when unless it is renewed. */
export interface Holder {
  readonly owner: string;
  readonly expires: Date;
}

/**
 * One entity that one owner works on. Whoever finds the lease run out may take it over; from then on nothing is written
 * any more through this claim: LEASE_LOST, with the batch or the transaction undone. Renewing never changes the entity.
 */
export interface Claim<E extends Entity> extends AsyncDisposable {
  /** As it was when it was claimed. */
  readonly entity: EntityOf<E>;
  /** Carries the lease with every write, of this entity or of others. */
  readonly session: StoreSession;
  /** The claimed entity's type over that session. */
  readonly repository: Repository<E>;
  /** Aborts with LEASE_LOST as its reason as soon as a write or a renewal met with it. */
  readonly lost: AbortSignal;
  /** Starts the lease's time anew. LEASE_LOST where another has it. */
  renew(): Promise<void>;
  /** Gives the entity back. False where another has it already. */
  release(): Promise<boolean>;
}

/** Divides entities among workers, also what a worker left behind that crashed: a lease that ran out is free. */
export interface Claims<E extends Entity> {
  /** Undefined while another lease on the entity runs. NOT_FOUND. */
  claim(id: string): Promise<Claim<E> | undefined>;
  /** The first entity that matches and is free, or undefined. Workers that ask at once get different ones. */
  claimNext(options?: ClaimNextOptions<E>): Promise<Claim<E> | undefined>;
  /** Whose lease on the entity runs, if one does. */
  holder(id: string): Promise<Holder | undefined>;
}
