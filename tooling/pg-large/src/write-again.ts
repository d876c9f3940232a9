import type { Store, WriteOp } from "@holdfast/core";

import { Item } from "./entities.ts";

const hot = 40;
const together = 20;

/** How much one turn writes. */
export const turn = { saves: hot * (together + 1), deletes: hot * 2 } as const;

/**
 * Writes few records many times: each is saved again and again, deleted and made anew, and others are made that never
 * come back once they are deleted.
 */
export async function writeAgain(store: Store, time: number): Promise<void> {
  const ids = Array.from({ length: hot }, (_each, at) => `hot-${at}`);
  for (let again = 0; again < together; again++) {
    await store.write(ids.map((id) => put(id, time * together + again)));
  }
  const gone = ids.map((id) => `${id}-${time}`);
  await store.write(gone.map((id) => put(id, time)));
  await store.write([...ids, ...gone].map((id): WriteOp => ({ delete: { type: Item.name, id }, expect: "any" })));
}

function put(id: string, rank: number): WriteOp {
  const body = { status: `status-${rank % 7}`, rank, text: "x".repeat(300) };
  return { put: { type: Item.name, id, documentVersion: 1, body }, expect: "any" };
}
