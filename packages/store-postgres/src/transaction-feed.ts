import type { FeedDialect } from "@holdfast/store-sql";
import { sql } from "kysely";

/**
 * The feed where transactions commit in any order: a change has its transaction's number, and a mark is a snapshot as
 * the server writes it, "lowest running : next : running, ...". So a follower knows not up to which number it has come
 * but which transactions it has seen, and waits for none that runs long, in this database or another.
 */
export const transactionFeed: FeedDialect = {
  mark: sql`pg_current_snapshot()::text`,
  // In another cluster, on another timeline, or in a copy of the table the numbers are others.
  history: sql`(select system_identifier from pg_control_system()) || ' ' ||
    substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) || ' ' || tableoid`,
  seen: (change, mark) => sql`pg_visible_in_snapshot(${change}, ${mark}::pg_snapshot)`,
  lowestUnseen: (mark) => BigInt(mark.slice(0, mark.indexOf(":"))),
  isMark,
};

/** What `pg_snapshot` takes: the running ones rise, from the lowest running to below the next. */
function isMark(text: string): boolean {
  const [, lowest, next, running] = /^(\d{1,18}):(\d{1,18}):((?:\d{1,18}(?:,\d{1,18})*)?)$/.exec(text) ?? [];
  if (lowest === undefined || next === undefined || running === undefined) return false;
  const [from, to] = [BigInt(lowest), BigInt(next)];
  const numbers = running === "" ? [] : running.split(",").map(BigInt);
  const rises = numbers.every((number, at) => number >= (numbers[at - 1] ?? from) && number < to);
  return from >= 1n && from <= to && rises;
}
