import type { OrderBy, Query, RecordContent, Store, StoredRecord, StoreSession } from "@holdfast/core";

const byId: readonly OrderBy[] = [{ field: "id", direction: "asc" }];

/** All records of a type in the order of their insertion, a page at a time, each found by the place of the one before. */
export function pagesInOrder(
  session: Pick<StoreSession, "find">,
  type: string,
  batch: number,
): AsyncGenerator<readonly StoredRecord[]> {
  return pages(session, { type, limit: batch });
}

/** The ids behind one, up to another that is among them; all where neither is given. */
export interface IdRange {
  readonly after?: string | undefined;
  readonly upTo?: string | undefined;
}

/** The records of a type by id, a page at a time. */
export function pagesById(
  session: Pick<StoreSession, "find">,
  type: string,
  batch: number,
): AsyncGenerator<readonly StoredRecord[]> {
  return pages(session, { type, limit: batch, orderBy: byId });
}

/** The contents of the records of a type by id, a page at a time: of all, or of a range. */
export async function* contentsById(
  store: Pick<Store, "contents">,
  type: string,
  batch: number,
  { after, upTo }: IdRange = {},
): AsyncGenerator<readonly RecordContent[]> {
  const bounds = [
    ...(after === undefined ? [] : [{ id: { gt: after } }]),
    ...(upTo === undefined ? [] : [{ id: { lte: upTo } }]),
  ];
  const where = bounds.length === 0 ? {} : { where: { and: bounds } };
  const query = { type, limit: batch, orderBy: byId, ...where };
  let page = await store.contents(query);
  while (true) {
    if (page.contents.length > 0) yield page.contents;
    if (page.next === undefined) return;
    page = await store.contents({ ...query, after: page.next });
  }
}

async function* pages(session: Pick<StoreSession, "find">, query: Query): AsyncGenerator<readonly StoredRecord[]> {
  let page = await session.find(query);
  while (true) {
    if (page.records.length > 0) yield page.records;
    if (page.next === undefined) return;
    page = await session.find({ ...query, after: page.next });
  }
}
