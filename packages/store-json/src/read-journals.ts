import { HoldfastError } from "@holdfast/core";
import type { DurableFs } from "./durable-fs.ts";
import type { FoundJournal } from "./find-journals.ts";
import { journalForm } from "./journal-format.ts";
import type { JournalHeader } from "./journal-format.ts";
import { readJournal } from "./read-journal.ts";
import { reading } from "./reading.ts";
import type { JournalFault, ReadJournal, ReadRound } from "./read-journal.ts";

/** What is wrong with a journal, and what is to be done before anything is written behind it. */
export interface JournalRepair {
  readonly path: string;
  readonly fault: JournalFault | undefined;
  readonly remedy: JournalRemedy;
}

/** `cut`: behind so many bytes. `away`: all of it stands behind a hole. `leave`: nothing is lost by it. */
export type JournalRemedy =
  | { readonly kind: "cut"; readonly bytes: number }
  | { readonly kind: "away" }
  | { readonly kind: "leave" };

export interface JournalsRead {
  /** What is behind the snapshot, in order, and without a gap. */
  readonly rounds: readonly ReadRound[];
  /** The last round that is known to be on the medium. */
  readonly durable: number;
  /** The last round that is there. */
  readonly reached: number;
  readonly repairs: readonly JournalRepair[];
}

export interface SnapshotFacts {
  /** The store's file. */
  readonly path: string;
  readonly store: string | undefined;
  /** The last round that the snapshot holds. */
  readonly round: number;
}

/**
 * Reads what journals hold behind a snapshot. STORE_CORRUPT where they are another store's, where a round is missing
 * between the snapshot and the first of them or between two of them, and where one is damaged that was acknowledged: what
 * stands behind it may rest on it. Only a journal whose rounds were not synced may have a hole, since a power cut may
 * leave one there: then what is before the hole counts.
 */
export async function readJournals(
  fs: DurableFs,
  found: readonly FoundJournal[],
  snapshot: SnapshotFacts,
): Promise<JournalsRead> {
  const chain = new Chain(snapshot);
  for (const [at, journal] of found.entries()) {
    const next = found[at + 1];
    if (next !== undefined && next.after <= snapshot.round) continue;
    const read = await reading(fs, journal.path, readJournal);
    if (read.header !== undefined) checkHeader(read.header, journal, snapshot);
    chain.add(journal, read, next === undefined);
  }
  return chain;
}

/** Rounds that follow one another, for as long as they do. */
class Chain implements JournalsRead {
  readonly rounds: ReadRound[] = [];
  readonly repairs: JournalRepair[] = [];
  reached: number;
  durable: number;
  readonly #snapshot: SnapshotFacts;
  #isBroken = false;

  constructor(snapshot: SnapshotFacts) {
    this.#snapshot = snapshot;
    this.reached = snapshot.round;
    this.durable = snapshot.round;
  }

  add(journal: FoundJournal, read: ReadJournal, isNewest: boolean): void {
    const { path } = journal;
    const { fault } = read;
    if (this.#isBroken) {
      this.repairs.push({ path, fault, remedy: { kind: "away" } });
      return;
    }
    if (journal.after > this.reached) {
      this.#addBehindGap(journal, read);
      return;
    }
    const end = this.#takeAll(read.rounds);
    if (read.acknowledged > this.reached) this.#isBroken = true;
    if (this.#isBroken && ((read.header?.isSynced ?? true) || fault === undefined)) throw this.#lost(path, read);
    if (fault !== undefined) {
      const bytes = this.#isBroken ? (end ?? fault.offset) : fault.offset;
      const isCut = this.#isBroken || (isNewest && fault.kind !== "inside");
      const kind = this.#isBroken ? "inside" : fault.kind;
      this.repairs.push({
        path,
        fault: { ...fault, kind },
        remedy: isCut ? { kind: "cut", bytes } : { kind: "leave" },
      });
    }
    this.durable = Math.max(this.durable, Math.min(read.durable, this.reached));
  }

  /** A power cut takes rounds that were not synced, and leaves a later journal, or one that was just being begun. */
  #addBehindGap({ path }: FoundJournal, { header, rounds, fault }: ReadJournal): void {
    if (header === undefined && rounds.length === 0) {
      this.repairs.push({ path, fault: { line: 1, offset: 0, kind: "torn" }, remedy: { kind: "cut", bytes: 0 } });
      return;
    }
    if (header?.isSynced ?? true) throw gap(this.#snapshot.path, this.reached + 1, path);
    this.#isBroken = true;
    this.repairs.push({ path, fault, remedy: { kind: "away" } });
  }

  /** Takes what follows, and gives where that ends in its journal. */
  #takeAll(rounds: readonly ReadRound[]): number | undefined {
    let end: number | undefined;
    for (const round of rounds) {
      if (round.start.round <= this.#snapshot.round) continue;
      if (this.#isBroken || !this.#follows(round)) {
        this.#isBroken = true;
        break;
      }
      this.rounds.push(round);
      this.reached = round.start.round;
      end = round.behind.offset;
    }
    return end;
  }

  #follows({ start }: ReadRound): boolean {
    const { store } = this.#snapshot;
    return start.round === this.reached + 1 && (store === undefined || start.feed.store === store);
  }

  #lost(journal: string, { fault, rounds }: ReadJournal): HoldfastError {
    const { path } = this.#snapshot;
    if (fault === undefined) return gap(path, this.reached + 1, journal);
    const { line, offset } = fault;
    const whole = rounds.filter(({ start }) => start.round > this.reached).length;
    return new HoldfastError(
      `"${journal}" is damaged at line ${line}, byte ${offset}: round ${this.reached + 1}, which was acknowledged, cannot be ` +
        `read back; ${whole} whole rounds stand behind it. All files were left as they are; ` +
        `\`holdfast recover json:${path}\` takes what can be proven whole`,
      {
        code: "STORE_CORRUPT",
        details: {
          path,
          journal,
          line,
          offset,
          round: this.reached + 1,
          roundsBehind: whole,
          reason: "a damaged round",
        },
      },
    );
  }
}

function checkHeader({ form, store, after }: JournalHeader, journal: FoundJournal, snapshot: SnapshotFacts): void {
  if (form > journalForm) {
    throw new HoldfastError(`"${journal.path}" has form ${form}; this release knows forms up to ${journalForm}`, {
      code: "LAYOUT_NEWER",
      details: { path: journal.path, version: form, known: journalForm },
    });
  }
  if (store === snapshot.store && after === journal.after) return;
  throw new HoldfastError(
    `"${journal.path}" is not a journal of "${snapshot.path}": move the one that does not belong here to another folder`,
    {
      code: "STORE_CORRUPT",
      details: { path: snapshot.path, journal: journal.path, reason: "a journal of another store" },
    },
  );
}

function gap(path: string, missing: number, journal: string): HoldfastError {
  return new HoldfastError(
    `"${path}" and "${journal}" do not meet: what was written in round ${missing} is in neither; both were left as they ` +
      "are. If the file was put in the journal's place on purpose, move the journal to another folder; else " +
      `\`holdfast recover json:${path}\` takes what can be proven whole`,
    { code: "STORE_CORRUPT", details: { path, journal, round: missing, reason: "a missing round" } },
  );
}
