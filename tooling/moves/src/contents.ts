import { createHash } from "node:crypto";

import type { Store } from "@holdfast/core";
import { archiveBytes } from "@holdfast/migrate";

/**
 * SHA-256 of all that a store holds, as its archive has it: every record of every tenant with its versions, times and
 * document, and every tombstone; and of the order in which a query without one gives them.
 */
export async function contentsHash(store: Store): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of archiveBytes(store)) hash.update(piece);
  const { types } = await store.stats();
  for (const { tenant, type } of types.toSorted((a, b) =>
    `${a.tenant} ${a.type}` < `${b.tenant} ${b.type}` ? -1 : 1,
  )) {
    const { records, next } = await store.tenant(tenant).find({ type, limit: 10_000, omit: "body" });
    if (next !== undefined) throw new Error("a sample store has few records");
    hash.update(JSON.stringify([tenant, type, ...records.map(({ id }) => id)]));
  }
  return hash.digest("hex");
}
