import assert from "node:assert/strict";

import type { Query, StoreSession } from "@holdfast/core";

type Finder = Pick<StoreSession, "find">;

/** The ids of all pages of a query, from the first to the last. */
export async function walkForward(session: Finder, query: Query): Promise<readonly string[]> {
  const { pages } = await walk(session, query);
  return pages.flat();
}

/** The ids of all pages before the last one, walked from there to the first and put in order again, with the last. */
export async function walkBack(session: Finder, query: Query): Promise<readonly string[]> {
  const { pages, previous } = await walk(session, query);
  const found = [...(pages.at(-1) ?? [])];
  let before = previous;
  while (before !== undefined) {
    const page = await session.find({ ...query, before });
    assert.ok(page.next !== undefined || page.records.length === 0, "a page before another has a next one");
    found.unshift(...page.records.map(({ id }) => id));
    before = page.previous;
  }
  return found;
}

async function walk(session: Finder, query: Query) {
  const pages: (readonly string[])[] = [];
  let after: string | undefined;
  let previous: string | undefined;
  do {
    const page = await session.find(after === undefined ? query : { ...query, after });
    const limit = query.limit ?? 100;
    assert.ok(page.next === undefined || page.records.length === limit, "a page with a next one is full");
    assert.equal(page.previous === undefined, pages.length === 0, "all pages but the first have a previous one");
    assert.ok(pages.length < 10_000, "the pages have no end");
    pages.push(page.records.map(({ id }) => id));
    ({ next: after, previous } = page);
  } while (after !== undefined);
  return { pages, previous };
}
