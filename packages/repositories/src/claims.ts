import { HoldfastError } from "@holdfast/core";
import type { Entity, EntityOf } from "@holdfast/core";
import type { Claim, ClaimNextOptions, Claims, ClaimsOptions, ClaimsStore, Holder } from "./claim-types.ts";
import { endOfLease, HeldLease } from "./held-lease.ts";
import type { LeaseTerms } from "./held-lease.ts";
import { leaseId, leaseType, readLeases, takeOps } from "./lease-records.ts";
import type { StoredLease } from "./lease-records.ts";
import { contended, notFound, refusedOp, writtenRecord } from "./refusals.ts";
import { repository } from "./repository.ts";
import type { Repository } from "./repository-types.ts";
import { retryConflicts } from "./retry-conflicts.ts";

const defaultLeaseMs = 30_000;
const leaseMsMost = 86_400_000;
const pageSize = 100;

interface Desk {
  readonly store: ClaimsStore;
  readonly entities: Repository<Entity>;
  readonly options: ClaimsOptions;
  readonly terms: LeaseTerms;
}

/**
 * Leases on the entities of one type. They are records beside the entities, so any store holds them, whatever its model.
 * Times are the backend's: on a server, of the server. INVALID_CONFIG for an empty owner or a length out of range.
 */
export function claims<E extends Entity>(entity: E, store: ClaimsStore, options: ClaimsOptions): Claims<E>;
export function claims(entity: Entity, store: ClaimsStore, options: ClaimsOptions): Claims<Entity> {
  const desk = { store, entities: repository(entity, store, options), options, terms: checkedTerms(options) };
  return {
    claim: async (id) => retryConflicts(() => claimOne(desk, id)),
    claimNext: async (selection = {}) => retryConflicts(() => claimNext(desk, selection)),
    holder: async (id) => holder(desk, id),
  };
}

async function claimOne(desk: Desk, id: string): Promise<Claim<Entity> | undefined> {
  const { entities, store } = desk;
  const type = entities.entity.name;
  const [entity, [lease], now] = await Promise.all([entities.get(id), readLeases(store, type, [id]), store.now()]);
  if (entity === undefined) throw notFound({ type, id });
  if (runs(lease, now)) return undefined;
  const claim = await take(desk, entity, lease);
  if (claim === undefined) throw contended(type);
  return claim;
}

/** Goes on to the next where another was faster; CONFLICT where none was left and some had changed meanwhile. */
async function claimNext(desk: Desk, selection: ClaimNextOptions<Entity>): Promise<Claim<Entity> | undefined> {
  const { entities, store } = desk;
  const type = entities.entity.name;
  const { where, orderBy, onInvalid } = selection;
  const found = { where, orderBy, onInvalid: onInvalid === "skip" ? "report" : "fail" } as const;
  let changed = false;
  let after: string | undefined;
  do {
    const page = await entities.find({ ...found, limit: pageSize, after });
    const ids = page.items.map(({ id }) => id);
    const [leases, now] = await Promise.all([readLeases(store, type, ids), store.now()]);
    for (const [at, entity] of page.items.entries()) {
      if (runs(leases[at], now)) continue;
      const claim = await take(desk, entity, leases[at]);
      if (claim !== undefined) return claim;
      changed = true;
    }
    after = page.next;
  } while (after !== undefined);
  if (changed) throw contended(type);
  return undefined;
}

async function holder({ entities, store }: Desk, id: string): Promise<Holder | undefined> {
  const [[lease], now] = await Promise.all([readLeases(store, entities.entity.name, [id]), store.now()]);
  if (lease?.term === undefined || !runs(lease, now)) return undefined;
  return { owner: lease.owner, expires: new Date(Math.floor(lease.term.expires / 1_000)) };
}

/** Undefined where the lease or the entity has changed since it was read. */
async function take(
  { store, entities, options, terms }: Desk,
  entity: EntityOf<Entity>,
  found: StoredLease | undefined,
): Promise<Claim<Entity> | undefined> {
  const key = { type: entities.entity.name, id: entity.id, version: entity.version };
  const expires = await endOfLease(store, terms.leaseMs);
  const results = await store.write(takeOps(key, found, { owner: terms.owner, expires }));
  if (refusedOp(results) !== undefined) return undefined;
  const lease = new HeldLease(
    store,
    key,
    writtenRecord({ type: leaseType, id: leaseId(key) }, results[0]).version,
    terms,
  );
  if (options.autoRenew ?? true) void lease.keepRenewed();
  return {
    entity,
    session: lease.session,
    repository: entities.in(lease.session),
    lost: lease.lost,
    renew: async () => lease.renew(),
    release: async () => lease.release(),
    [Symbol.asyncDispose]: async () => void (await lease.release()),
  };
}

function runs(lease: StoredLease | undefined, now: number): boolean {
  return lease?.term !== undefined && lease.term.expires > now;
}

function checkedTerms({ owner, leaseMs = defaultLeaseMs }: ClaimsOptions): LeaseTerms {
  if (typeof owner !== "string" || owner === "") {
    throw new HoldfastError("a claim needs the name of its owner", { code: "INVALID_CONFIG" });
  }
  if (typeof leaseMs === "number" && leaseMs >= 1 && leaseMs <= leaseMsMost) return { owner, leaseMs };
  throw new HoldfastError(`"leaseMs" is from 1 to ${leaseMsMost}`, { code: "INVALID_CONFIG" });
}
