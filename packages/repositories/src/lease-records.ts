import { createHash } from "node:crypto";
import { HoldfastError } from "@holdfast/core";
import type { RecordKey, StoredRecord, StoreSession, WriteOp } from "@holdfast/core";

/**
 * Who holds an entity. Its version is the fence: it rises with each change of hands and never with a renewal, so what
 * is written under a lease meets no conflict with the lease's own renewals.
 */
export const leaseType = "EntityLease";
/** Until when, beside the lease and under the same id. */
const leaseTermType = "EntityLeaseTerm";

/** How long an id may be that stands in a lease's own id as it is, in UTF-8 bytes. */
const plainIdBytes = 400;

/** A lease as it is stored. It stays when it is given back, so that its version never begins anew. */
export interface StoredLease {
  readonly owner: string;
  readonly version: number;
  /** Undefined once it is given back. */
  readonly term: LeaseTerm | undefined;
}

export interface LeaseTerm {
  readonly version: number;
  /** In microseconds, by the backend's clock. */
  readonly expires: number;
}

/** The id of an entity's lease. A long id stands for itself by its hash, behind a mark that no type's name has. */
export function leaseId({ type, id }: RecordKey): string {
  if (Buffer.byteLength(id) <= plainIdBytes) return `${type}/${id}`;
  return `${type}#${createHash("sha256").update(id).digest("hex")}`;
}

/** The leases on entities of one type, in the order of the ids; undefined where nobody ever held one. */
export async function readLeases(
  session: Pick<StoreSession, "get">,
  type: string,
  ids: readonly string[],
): Promise<readonly (StoredLease | undefined)[]> {
  const keys = ids.map((id) => leaseId({ type, id }));
  const [leases, terms] = await Promise.all([session.get(leaseType, keys), session.get(leaseTermType, keys)]);
  return leases.map((lease, at) => storedLease(lease, terms[at]));
}

/** Takes the lease from whoever let it end, unless anything about it or the entity has changed since it was read. */
export function takeOps(
  entity: RecordKey & { readonly version: number },
  found: StoredLease | undefined,
  { owner, expires }: { readonly owner: string; readonly expires: number },
): readonly WriteOp[] {
  const id = leaseId(entity);
  const { type, id: entityId, version } = entity;
  return [
    {
      put: { type: leaseType, id, documentVersion: 1, body: { entityType: type, entityId, owner } },
      expect: found?.version ?? "absent",
    },
    {
      put: { type: leaseTermType, id, documentVersion: 1, body: { expires } },
      expect: found?.term?.version ?? "absent",
    },
    { check: { type, id: entityId }, expect: version },
  ];
}

export function renewOps(entity: RecordKey, version: number, expires: number): readonly WriteOp[] {
  const term = { type: leaseTermType, id: leaseId(entity), documentVersion: 1, body: { expires } };
  return [fence(entity, version), { put: term, expect: "present" }];
}

/** The lease is written once more: what is still under way under it is fenced off from now on. */
export function releaseOps(entity: RecordKey, version: number, owner: string): readonly WriteOp[] {
  const id = leaseId(entity);
  const body = { entityType: entity.type, entityId: entity.id, owner };
  return [
    { put: { type: leaseType, id, documentVersion: 1, body }, expect: version },
    { delete: { type: leaseTermType, id }, expect: "any" },
  ];
}

/** Undoes its batch unless the lease is still the one of this version. */
export function fence(entity: RecordKey, version: number): WriteOp {
  return { check: { type: leaseType, id: leaseId(entity) }, expect: version };
}

function storedLease(lease: StoredRecord | undefined, term: StoredRecord | undefined): StoredLease | undefined {
  if (lease === undefined) return undefined;
  const { owner } = lease.body;
  const expires = term?.body["expires"];
  if (typeof owner === "string" && term === undefined) return { owner, version: lease.version, term: undefined };
  if (typeof owner === "string" && term !== undefined && typeof expires === "number") {
    return { owner, version: lease.version, term: { version: term.version, expires } };
  }
  throw new HoldfastError(`the lease with id "${lease.id}" has no owner or no end`, {
    code: "INVALID_ENTITY",
    details: { type: leaseType, id: lease.id },
  });
}
