/**
 * Goes on behind what a reader beside the writing process has seen, by reading what journals have got since then: of the
 * snapshots that the writer makes meanwhile, no more than the first line. Only rounds that are known to be on the medium
 * count. Nothing is ever written.
 */
import type { FeedMarks, SavedRound } from "@holdfast/store-memory";
import type { DurableFs } from "./durable-fs.ts";
import { feedAfter } from "./feed-format.ts";
import { findJournals } from "./find-journals.ts";
import type { FoundJournal } from "./find-journals.ts";
import { journalForm } from "./journal-format.ts";
import type { JournalHeader } from "./journal-format.ts";
import { snapshotHeader } from "./open-snapshot.ts";
import { readJournal, readJournalFrom } from "./read-journal.ts";
import type { LinePlace, ReadJournal, ReadRound } from "./read-journal.ts";

/** How far a reader has come. */
export interface Followed {
  /** The last round that it has taken in. */
  readonly round: number;
  readonly feed: FeedMarks;
  /** The layout in which it has it, as JSON. */
  readonly layout: string;
  /** The last round that the snapshot held. */
  readonly savedRound: number;
  /** The revision of the store's file, which differs when that was replaced. */
  readonly revision: string;
  /** Where it stands in which journal; undefined where it has not read one to that round yet. */
  readonly at?: JournalPosition | undefined;
}

interface JournalPosition {
  readonly after: number;
  readonly identity: string;
  readonly header: JournalHeader;
  readonly place: LinePlace;
}

export interface FollowedFurther {
  readonly followed: Followed;
  readonly rounds: readonly SavedRound[];
}

/**
 * What was saved since then; undefined where the files do not go on from there: then they must be read anew. Nothing but a
 * journal's content tells whether it goes on: its size says nothing, and its time not enough where two writes share one.
 */
export async function followFiles(fs: DurableFs, path: string, last: Followed): Promise<FollowedFurther | undefined> {
  const revision = (await fs.facts(path))?.revision ?? "";
  const savedRound = revision === last.revision ? last.savedRound : await roundOf(fs, path, last);
  if (savedRound === undefined) return undefined;
  const found = await findJournals(fs, path);
  const first = found.findLastIndex(({ after }) => after <= last.round);
  const trail = new Trail(last, savedRound);
  for (const journal of first === -1 ? [] : found.slice(first)) {
    if (!(await trail.add(fs, journal))) return undefined;
  }
  if (trail.reached < savedRound) return undefined;
  const { rounds, round, position: at } = trail;
  const feed = rounds.at(-1)?.feed ?? last.feed;
  return { followed: { ...last, savedRound, revision, feed, round, at }, rounds };
}

/** The round of a snapshot that continues the store as it was; undefined for any other. */
async function roundOf(fs: DurableFs, path: string, { feed, layout }: Followed): Promise<number | undefined> {
  const header = (await snapshotHeader(fs, path))?.header;
  const isSame = header?.feed?.store === feed.store && JSON.stringify(header.layout) === layout;
  return isSame ? header.round : undefined;
}

/** The rounds behind a place, for as long as they follow one another. */
class Trail {
  readonly rounds: SavedRound[] = [];
  /** The last round that is there, whether it counts yet or not. */
  reached: number;
  /** The last round that counts. */
  round: number;
  position: JournalPosition | undefined;
  readonly #store: string;
  #feed: FeedMarks;
  #durable: number;
  #waiting: { readonly round: ReadRound; readonly position: JournalPosition }[] = [];

  constructor({ round, feed, at }: Followed, durable: number) {
    this.reached = round;
    this.round = round;
    this.position = at;
    this.#store = feed.store;
    this.#feed = feed;
    this.#durable = durable;
  }

  /** False where this journal does not go on from what is there. */
  async add(fs: DurableFs, journal: FoundJournal): Promise<boolean> {
    if (journal.after > this.reached) return false;
    const read = await this.#read(fs, journal);
    if (read === undefined) return false;
    const { header, identity } = read;
    if (header.store !== this.#store || header.form > journalForm || header.after !== journal.after) return false;
    this.#durable = Math.max(this.#durable, read.journal.durable);
    for (const round of read.journal.rounds) {
      const position = { after: journal.after, identity, header, place: round.behind };
      if (round.start.round === this.round) this.position = position;
      if (round.start.round <= this.reached) continue;
      if (round.start.round !== this.reached + 1 || round.start.layout !== undefined) return false;
      this.reached++;
      this.#waiting.push({ round, position });
    }
    this.#settle();
    return true;
  }

  async #read(
    fs: DurableFs,
    { path, after }: FoundJournal,
  ): Promise<{ header: JournalHeader; identity: string; journal: ReadJournal } | undefined> {
    const file = await fs.openToRead(path);
    try {
      const { identity } = await file.facts();
      const at = this.position;
      const isKnown = at !== undefined && at.after === after && at.identity === identity;
      const journal = isKnown ? await readJournalFrom(file, at.header, at.place) : await readJournal(file);
      const { header } = journal;
      return header === undefined ? undefined : { header, identity, journal };
    } finally {
      await file.close();
    }
  }

  /** Takes what counts by now. */
  #settle(): void {
    for (const { round, position } of this.#waiting) {
      const { start, changes } = round;
      if (start.round > this.#durable) break;
      this.#feed = feedAfter(this.#feed, [start.feed]) ?? this.#feed;
      this.rounds.push({ highWater: start.highWater, feed: this.#feed, changes });
      this.round = start.round;
      this.position = position;
    }
    this.#waiting = this.#waiting.filter(({ round }) => round.start.round > this.#durable);
  }
}
