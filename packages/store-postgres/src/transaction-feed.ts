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
  lowestUnseen: (mark) => parseSnapshot(mark).lowest,
  firstAbove: (mark) => parseSnapshot(mark).next,
  both,
  kept,
  isMark,
};

/** What `pg_snapshot` holds: readers see what is below `next`, but for those that were running. */
interface Snapshot {
  readonly lowest: bigint;
  readonly next: bigint;
  /** They rise, from the lowest running to below the next. */
  readonly running: readonly bigint[];
}

/** The lowest number that the server gives a transaction of a client. */
const lowestGiven = 3n;

function both(earlier: string, later: string): string {
  if (earlier === later) return earlier;
  const [a, b] = [parseSnapshot(earlier), parseSnapshot(later)];
  const next = a.next < b.next ? a.next : b.next;
  return snapshotText({ next, running: [...new Set([...a.running, ...b.running])] });
}

/**
 * Numbers are given in memory. A crash takes back those above the last one that is on disk, such as those of
 * transactions that were rolled back, though a snapshot may have said that they were over. Whatever is committed is on
 * disk, and with it all that is below.
 */
function kept(mark: string, highest: bigint): string {
  const { next, running } = parseSnapshot(mark);
  const above = highest + 1n < lowestGiven ? lowestGiven : highest + 1n;
  return above < next ? snapshotText({ next: above, running }) : mark;
}

function parseSnapshot(mark: string): Snapshot {
  const [lowest = "", next = "", running = ""] = mark.split(":");
  return { lowest: BigInt(lowest), next: BigInt(next), running: running === "" ? [] : running.split(",").map(BigInt) };
}

function snapshotText({ next, running }: Omit<Snapshot, "lowest">): string {
  const below = running.filter((number) => number < next).sort((a, b) => (a < b ? -1 : 1));
  return `${below[0] ?? next}:${next}:${below.join(",")}`;
}

/** What `pg_snapshot` takes. */
function isMark(text: string): boolean {
  if (!/^\d{1,18}:\d{1,18}:(?:\d{1,18}(?:,\d{1,18})*)?$/.test(text)) return false;
  const { lowest, next, running } = parseSnapshot(text);
  const rises = running.every((number, at) => number >= (running[at - 1] ?? lowest) && number < next);
  return lowest >= 1n && lowest <= next && rises;
}
