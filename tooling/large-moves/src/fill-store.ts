import type { Store, WriteOp } from "@holdfast/core";

import { documentOp, isDeleted, missionOp, missionsOf, undeclared } from "./documents.ts";

const atOnce = 1_000;

/** Writes so many generated documents, and their missions, into a store, half of them into a tenant of its own. */
export async function fillStore(store: Store, documents: number): Promise<void> {
  const halves = [Math.ceil(documents / 2), Math.floor(documents / 2)];
  for (const [half, tenant] of [store, store.tenant("other")].entries()) await fillTenant(tenant, halves[half] ?? 0);
}

async function fillTenant(tenant: Store, documents: number): Promise<void> {
  const missions = missionsOf(documents);
  await writeAll(tenant, missions, missionOp);
  await writeAll(tenant, documents, (at) => documentOp(at, missions));
  const deleted = Array.from({ length: documents }, (_each, at) => at).filter(isDeleted);
  await writeAll(tenant, deleted.length, (at) => {
    return { delete: { type: undeclared, id: `note-${deleted[at]}` }, expect: "present" };
  });
  // Not every record is as old as its first version.
  await writeAll(tenant, Math.ceil(missions / 10), (at) => ({ ...missionOp(at * 10), expect: "present" }));
}

async function writeAll(tenant: Store, count: number, opOf: (at: number) => WriteOp): Promise<void> {
  for (let start = 0; start < count; start += atOnce) {
    const length = Math.min(atOnce, count - start);
    const results = await tenant.write(Array.from({ length }, (_each, at) => opOf(start + at)));
    if (!results.every(({ ok }) => ok)) throw new Error("a generated document was refused");
  }
}
