/** The ways to look at very many records, in their order. Each gives how many it saw. */
import type { Query, Store } from "@holdfast/core";
import { repository } from "@holdfast/repositories";

import { Item } from "./entities.ts";
import { walkPages } from "./walk-pages.ts";

const everything: Query = { type: Item.name };
const newestFirst: Query = { ...everything, orderBy: [{ field: "createdAt", direction: "desc" }] };
/** Lines of a backup that are no records. */
const headAndTail = 2;

/** `tokens`: what led from page to page, for the looks behind. */
type Look = (store: Store, tokens: string[]) => Promise<number>;

export const looks: Readonly<Record<string, Look>> = {
  "the first page": async (store) => (await store.find(everything)).records.length,
  "the last page": async (store) => (await store.find(newestFirst)).records.length,
  "every page forward": async (store, tokens) => {
    const { seen, tokens: met } = await walkPages(store, everything, "after");
    tokens.push(...met);
    return seen;
  },
  "a page in the middle": async (store, tokens) => {
    const middle = tokens[Math.floor(tokens.length / 2)] ?? "";
    return (await store.find({ ...everything, after: middle })).records.length;
  },
  "every page backward": async (store, tokens) => {
    const last = await walkPages(store, everything, "after", tokens.at(-1));
    return last.seen + (await walkPages(store, everything, "before", last.previous)).seen;
  },
  "a count": (store) => store.count(Item.name),
  "a count without an index": (store) => store.count(Item.name, { version: { lt: 2 } }),
  "counts by status": async (store) => {
    const counts = await store.countBy(Item.name, "status");
    return [...counts.values()].reduce((sum, count) => sum + count, 0);
  },
  "the feed of changes": async (store) => {
    let seen = 0;
    for await (const { changes } of store.changes()) seen += changes.length;
    return seen;
  },
  "each entity of a repository": async (store) => {
    let seen = 0;
    for await (const { rank } of repository(Item, store).each()) seen += Math.sign(rank);
    return seen;
  },
  "a check": async (store) => ((await store.check()).ok ? store.count(Item.name) : 0),
  "the stats": async (store) => (await store.stats()).records,
  "a backup": async (store) => {
    let lines = 0;
    await store.backup(new WritableStream({ write: (text) => void (lines += text.split("\n").length - 1) }));
    return lines - headAndTail;
  },
};
