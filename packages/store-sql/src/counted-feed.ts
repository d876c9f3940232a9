import { sql } from "kysely";

import type { FeedDialect } from "./sql-dialect.ts";
import { clockTable } from "./tables.ts";

/** The feed where writers take turns: the clock row counts changes in the order in which they are committed. */
export const countedFeed: FeedDialect = {
  mark: sql`(select cast(changes as text) from ${sql.table(clockTable)})`,
  history: sql`''`,
  seen: (change, mark) => sql`${change} <= ${BigInt(mark)}`,
  lowestUnseen: (mark) => BigInt(mark) + 1n,
  isMark: (text) => /^\d{1,18}$/.test(text),
};
