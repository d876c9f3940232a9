import {
  contentHash,
  HoldfastError,
  type Store,
  type StoredRecord,
  type StoreSession,
  type WriteResult,
} from "@holdfast/core";

import { provenStates, type ProvenArchive } from "./proven-archive.ts";
import { pagesInOrder } from "./read-pages.ts";

export interface Replaced {
  readonly written: number;
  readonly raised: number;
}

type Session = Pick<StoreSession, "find" | "get" | "write">;

/**
 * Makes each tenant of the store as it is in the archive, in a transaction of its own. What is as it shall be stays; all
 * else is deleted first, so that no unique value and no reference is in the way, and then written with a version above
 * that of its tombstone. References are judged at the end of the transaction, when all of them lead somewhere again.
 * One hash is kept in memory for each record of a tenant.
 */
export async function replaceContents(store: Store, reading: ProvenArchive): Promise<Replaced> {
  const { types } = await store.stats();
  const tenants = new Set([...reading.archive.counts, ...types].map(({ tenant }) => tenant));
  const sum = { written: 0, raised: 0 };
  for (const tenant of [...tenants].sort()) {
    const own = types.filter((each) => each.tenant === tenant && each.records > 0).map(({ type }) => type);
    const plan = { tenant, types: own, reading, now: await store.now() };
    const work = (session: StoreSession): Promise<Replaced> => replaceTenant(session, plan);
    const { written, raised } = await store.tenant(tenant).transaction(work, { timeoutMs: Infinity });
    sum.written += written;
    sum.raised += raised;
  }
  return sum;
}

interface TenantPlan {
  readonly tenant: string;
  /** That hold records in the store. */
  readonly types: readonly string[];
  readonly reading: ProvenArchive;
  /** In microseconds: when what goes is deleted. */
  readonly now: number;
}

async function replaceTenant(session: Session, plan: TenantPlan): Promise<Replaced> {
  const wanted = new Map<string, string>();
  for await (const { records } of provenStates(plan.reading, plan.tenant)) {
    for (const record of records) wanted.set(`${record.type} ${record.id}`, contentHash(record));
  }
  for (const type of plan.types) await buryOthers(session, plan, type, wanted);
  let written = 0;
  let raised = 0;
  for await (const { type, records, tombstones } of provenStates(plan.reading, plan.tenant)) {
    const ids = records.map(({ id }) => id);
    const kept = ids.length === 0 ? [] : await session.get(type, ids);
    const missing = records.filter((_record, at) => kept[at] === undefined);
    raised += await restoreAbove(session, missing);
    written += missing.length;
    await session.write(tombstones.map((restore) => ({ restore })));
  }
  return { written, raised };
}

async function buryOthers(
  session: Session,
  { tenant, reading, now }: TenantPlan,
  type: string,
  wanted: ReadonlyMap<string, string>,
): Promise<void> {
  for await (const page of pagesInOrder(session, type, reading.options.batch)) {
    const others = page.filter((record) => wanted.get(`${type} ${record.id}`) !== contentHash(record));
    // As an ordinary delete leaves it, but for what a delete does to children: they are written anew as well.
    const buried = others.map(({ id, version }) => ({ tenant, type, id, version: version + 1, deleted: now }));
    await session.write(buried.map((restore) => ({ restore })));
  }
}

/** Restores records that are not there; those of which the store knows a later version go on from that. How many these are. */
async function restoreAbove(session: Session, records: readonly StoredRecord[]): Promise<number> {
  const results = await session.write(records.map((restore) => ({ restore })));
  const refused = records.filter((_record, at) => results[at]?.record === undefined);
  if (refused.length === 0) return 0;
  const begun = await session.write(
    refused.map(({ type, id, documentVersion, body }) => ({
      put: { type, id, documentVersion, body },
      expect: "absent",
    })),
  );
  await session.write(refused.map((record, at) => ({ restore: { ...record, version: versionOf(begun[at]) + 1 } })));
  return refused.length;
}

function versionOf(result: WriteResult | undefined): number {
  if (result?.record !== undefined && result.ok) return result.record.version;
  throw new HoldfastError("a record could not be written behind its tombstone", { code: "CONFLICT" });
}
