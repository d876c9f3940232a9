import { HoldfastError } from "@holdfast/core";
import type { DurableFs } from "./durable-fs.ts";
import type { FoundJournal } from "./find-journals.ts";
import { journalForm } from "./journal-format.ts";
import { readJournal } from "./read-journal.ts";
import type { JournalFault, ReadJournal, ReadRound } from "./read-journal.ts";

export interface JournalsRead {
  /** What is behind the snapshot, in order, and without a gap. */
  readonly rounds: readonly ReadRound[];
  /** The last round that is known to be on the medium. */
  readonly durable: number;
  /** The last round that is there. */
  readonly reached: number;
  readonly faults: readonly (JournalFault & { readonly path: string; readonly isNewest: boolean })[];
}

export interface SnapshotFacts {
  /** The store's file. */
  readonly path: string;
  readonly store: string | undefined;
  /** The last round that the snapshot holds. */
  readonly round: number;
}

/**
 * Reads what journals hold behind a snapshot. STORE_CORRUPT where they are another store's, or where a round is missing
 * between the snapshot and the first of them or between two of them: then what is there cannot be put together.
 */
export async function readJournals(
  fs: DurableFs,
  found: readonly FoundJournal[],
  snapshot: SnapshotFacts,
): Promise<JournalsRead> {
  const rounds: ReadRound[] = [];
  const faults: (JournalFault & { readonly path: string; readonly isNewest: boolean })[] = [];
  let [reached, durable] = [snapshot.round, snapshot.round];
  for (const [at, journal] of found.entries()) {
    const isNewest = at === found.length - 1;
    const next = found[at + 1];
    if (next !== undefined && next.after <= snapshot.round) continue;
    const read = await readOne(fs, journal.path);
    const { path } = journal;
    if (read.fault !== undefined) faults.push({ ...read.fault, path, isNewest });
    if (read.header !== undefined) checkHeader(read.header, journal, snapshot);
    if (journal.after > reached) throw gap(snapshot.path, reached + 1, journal.path);
    for (const round of read.rounds.filter(({ start }) => start.round > snapshot.round)) {
      const isDamaged = read.fault?.kind === "damaged";
      if (round.start.round !== reached + 1 && !isDamaged) throw gap(snapshot.path, reached + 1, journal.path);
      rounds.push(round);
      reached = round.start.round;
    }
    durable = Math.max(durable, read.durable);
  }
  return { rounds, durable, reached, faults };
}

async function readOne(fs: DurableFs, path: string): Promise<ReadJournal> {
  const file = await fs.openToRead(path);
  try {
    return await readJournal(file);
  } finally {
    await file.close();
  }
}

function checkHeader(
  { form, store, after }: NonNullable<ReadJournal["header"]>,
  journal: FoundJournal,
  snapshot: SnapshotFacts,
): void {
  if (form > journalForm) {
    throw new HoldfastError(`"${journal.path}" has form ${form}; this release knows forms up to ${journalForm}`, {
      code: "LAYOUT_NEWER",
      details: { path: journal.path, version: form, known: journalForm },
    });
  }
  if (store === snapshot.store && after === journal.after) return;
  throw new HoldfastError(
    `"${journal.path}" is not a journal of "${snapshot.path}": move the one that does not belong here to another folder`,
    { code: "STORE_CORRUPT", details: { path: snapshot.path, journal: journal.path } },
  );
}

function gap(path: string, missing: number, journal: string): HoldfastError {
  return new HoldfastError(
    `"${path}" and "${journal}" do not meet: what was written in round ${missing} is in neither; both were left as they ` +
      "are. If the file was put in the journal's place on purpose, move the journal to another folder",
    { code: "STORE_CORRUPT", details: { path, journal, round: missing } },
  );
}
