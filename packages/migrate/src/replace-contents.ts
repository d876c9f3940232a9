import {
  compareText,
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
 * What stays is told by walking both side by side, in the order that both have, so nothing of them is kept in memory.
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
  await buryOthers(session, plan);
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

/** Buries what is not in the archive just so: an archive has the records of a type in the order of their insertion, too. */
async function buryOthers(session: Session, plan: TenantPlan): Promise<void> {
  const left = new Set(plan.types);
  let open: Burial | undefined;
  for await (const { type, records } of provenStates(plan.reading, plan.tenant)) {
    if (open?.type !== type) {
      await open?.end();
      left.delete(type);
      open = new Burial(session, plan, type);
    }
    for (const record of records) await open.keep(record);
  }
  await open?.end();
  for (const type of left) await new Burial(session, plan, type).end();
}

/** Goes through the stored records of one type beside those that shall be there. */
class Burial {
  readonly type: string;
  readonly #session: Session;
  readonly #plan: TenantPlan;
  readonly #pages: AsyncGenerator<readonly StoredRecord[]>;
  #page: readonly StoredRecord[] = [];
  #at = 0;
  #others: StoredRecord[] = [];

  constructor(session: Session, plan: TenantPlan, type: string) {
    this.type = type;
    this.#session = session;
    this.#plan = plan;
    this.#pages = pagesInOrder(session, type, plan.reading.options.batch);
  }

  /** Keeps the record where it is stored just so; what is stored before its place is buried. They come in their order. */
  async keep(wanted: StoredRecord): Promise<void> {
    for (let stored = await this.#ahead(); stored !== undefined; stored = await this.#ahead()) {
      const order = stored.created - wanted.created || compareText(stored.id, wanted.id);
      if (order > 0) return;
      this.#at += 1;
      if (order < 0 || contentHash(stored) !== contentHash(wanted)) this.#others.push(stored);
    }
  }

  /** Buries all that is left. */
  async end(): Promise<void> {
    while ((await this.#ahead()) !== undefined) {
      this.#others.push(...this.#page.slice(this.#at));
      this.#at = this.#page.length;
    }
    await this.#bury();
  }

  async #ahead(): Promise<StoredRecord | undefined> {
    while (this.#at === this.#page.length) {
      await this.#bury();
      const step = await this.#pages.next();
      if (step.done === true) return undefined;
      [this.#page, this.#at] = [step.value, 0];
    }
    return this.#page[this.#at];
  }

  /** As an ordinary delete leaves it, but for what a delete does to children: they are written anew as well. */
  async #bury(): Promise<void> {
    const { tenant, now: deleted } = this.#plan;
    const others = this.#others.map(({ type, id, version }) => ({ tenant, type, id, version: version + 1, deleted }));
    this.#others = [];
    if (others.length > 0) await this.#session.write(others.map((restore) => ({ restore })));
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
