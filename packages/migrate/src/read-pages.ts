import type { OrderBy, StoredRecord, StoreSession } from "@holdfast/core";

const byId: readonly OrderBy[] = [{ field: "id", direction: "asc" }];

/** All records of a type in the order of their insertion, a page at a time, each found by the place of the one before. */
export function pagesInOrder(
  session: Pick<StoreSession, "find">,
  type: string,
  batch: number,
): AsyncGenerator<readonly StoredRecord[]> {
  return pages(session, { type, limit: batch });
}

/** All records of a type by id, one after the other. */
export async function* recordsById(
  session: Pick<StoreSession, "find">,
  type: string,
  batch: number,
): AsyncGenerator<StoredRecord> {
  for await (const page of pages(session, { type, limit: batch, orderBy: byId })) yield* page;
}

async function* pages(
  session: Pick<StoreSession, "find">,
  query: { readonly type: string; readonly limit: number; readonly orderBy?: readonly OrderBy[] },
): AsyncGenerator<readonly StoredRecord[]> {
  let page = await session.find(query);
  while (true) {
    if (page.records.length > 0) yield page.records;
    if (page.next === undefined) return;
    page = await session.find({ ...query, after: page.next });
  }
}
