import { expressionBuilder, sql } from "kysely";

import type { FeedDialect } from "./sql-dialect.ts";
import { clockTable } from "./tables.ts";

/** A query and no bare text, so that it is put into the store's schema like every other. */
const changesCounted = expressionBuilder<Record<typeof clockTable, { readonly changes: number }>>()
  .selectFrom(clockTable)
  .select(sql<string>`cast(${sql.ref("changes")} as text)`.as("mark"));

/** The feed where writers take turns: the clock row counts changes in the order in which they are committed. */
export const countedFeed: FeedDialect = {
  mark: sql`${changesCounted}`,
  history: sql`''`,
  seen: (change, mark) => sql`${change} <= ${BigInt(mark)}`,
  lowestUnseen: (mark) => BigInt(mark) + 1n,
  firstAbove: (mark) => BigInt(mark) + 1n,
  both: (earlier, later) => (BigInt(earlier) < BigInt(later) ? earlier : later),
  // What is counted is committed.
  kept: (mark) => mark,
  isMark: (text) => /^\d{1,18}$/.test(text),
};
