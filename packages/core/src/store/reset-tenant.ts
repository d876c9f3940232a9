import { queryLimits } from "../query.ts";
import type { CallLimits, StoreSession } from "../store.ts";
import { runTransaction } from "./run-transaction.ts";
import type { TransactionPlace } from "./run-transaction.ts";
import type { Scope } from "./scope.ts";

const timeoutMs = 600_000;

/**
 * Deletes every record of a tenant in one transaction. Tombstones are restored over the records, so versions go on and
 * no reference holds a record back: at the end, when parents are checked, none is left.
 */
export async function resetTenant(place: TransactionPlace, scope: Scope, limits: CallLimits): Promise<void> {
  const stats = await place.driver.stats();
  const types = stats.filter(({ tenant, records }) => tenant === scope.tenant && records > 0).map(({ type }) => type);
  const deleted = await place.driver.now();
  const work = async (session: StoreSession): Promise<void> => {
    for (const type of types) await buryAll(session, scope.tenant, type, deleted);
  };
  await runTransaction(place, scope, work, { timeoutMs: limits.timeoutMs ?? timeoutMs }, limits);
}

async function buryAll(session: StoreSession, tenant: string, type: string, deleted: number): Promise<void> {
  for (;;) {
    const { records, next } = await session.find({ type, limit: queryLimits.pageMost, omit: "body" });
    await session.write(
      records.map(({ id, version }) => ({ restore: { type, tenant, id, version: version + 1, deleted } })),
    );
    if (next === undefined) return;
  }
}
