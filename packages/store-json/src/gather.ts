/** Looks at the files of a damaged store for all that can be recovered. Nothing is changed here. */
import { HoldfastError } from "@holdfast/core";
import type { LostPart, RecoverOptions } from "@holdfast/core";
import type { FeedMarks, SavedPiece, SavedState } from "@holdfast/store-memory";
import type { DurableFs } from "./durable-fs.ts";
import { findJournals } from "./find-journals.ts";
import { formerPath } from "./journal-name.ts";
import { openFiles } from "./open-files.ts";
import type { OpenedFiles } from "./open-files.ts";
import { otherRecord, otherTombstone, readEditedForm } from "./other-form.ts";
import { readJournal } from "./read-journal.ts";
import { readJournals } from "./read-journals.ts";
import { reading } from "./reading.ts";
import { replay } from "./replay.ts";
import { Salvage } from "./salvage.ts";
import { surveyFile } from "./survey-file.ts";

/** What a store would hold, and which of its files must be kept as they are. */
export interface Gathered {
  readonly outcome: "whole" | "complete" | "partial";
  readonly saved: SavedState;
  /** Where the store gets a feed of its own: the marks by which journals still know it. */
  readonly formerFeed?: FeedMarks | undefined;
  /** The last round that is in it. */
  readonly round: number;
  readonly unproven: number;
  readonly lost: readonly LostPart[];
  /** The paths of files that are damaged, or hold what was not recovered. */
  readonly keep: readonly string[];
}

/** Undefined where no file is there. */
export async function gather(
  fs: DurableFs,
  path: string,
  edits: RecoverOptions["edits"],
): Promise<Gathered | undefined> {
  try {
    const opened = await openFiles(fs, path);
    return opened === undefined ? undefined : await gathered(fs, path, opened);
  } catch (thrown) {
    if (!HoldfastError.is(thrown, "STORE_CORRUPT")) throw thrown;
    return edits === "accept" ? readEdited(fs, path) : salvaged(fs, path, thrown);
  }
}

/** What opening recovers by itself. */
async function gathered(fs: DurableFs, path: string, { snapshot, journals, damage }: OpenedFiles): Promise<Gathered> {
  const { layout, highWater, feed, pieces } = replay(snapshot.saved, journals.rounds);
  const read: SavedPiece[] = [];
  for await (const some of pieces) read.push(...some);
  const damaged = journals.repairs.filter(({ fault }) => fault !== undefined && fault.kind !== "torn");
  const isThere = damage !== undefined && (await fs.facts(path)) !== undefined;
  const keep = [...(isThere ? [path] : []), ...damaged.map((repair) => repair.path)];
  return {
    outcome: damage === undefined && damaged.length === 0 ? "whole" : "complete",
    saved: { layout, highWater, feed, pieces: [read] },
    round: journals.reached,
    unproven: 0,
    lost: damaged.flatMap((repair) => faultsOf(repair.path, repair.fault)),
    keep,
  };
}

/** A file that somebody changed on purpose, with the journals behind it. STORE_CORRUPT where it does not read well. */
async function readEdited(fs: DurableFs, path: string): Promise<Gathered> {
  const { header, records, tombstones } = await reading(fs, path, (file) => readEditedForm(file, path));
  const pieces = [
    ...records.map((value, at) => otherRecord(value, at, path)),
    ...tombstones.map((value, at) => otherTombstone(value, at, path)),
  ];
  const facts = { path, store: header.feed?.store, round: header.round };
  const { rounds, reached } = await readJournals(fs, await findJournals(fs, path), facts);
  const saved = replay({ ...header, pieces: [pieces] }, rounds);
  return { outcome: "complete", saved, round: reached, unproven: 0, lost: [], keep: [] };
}

async function salvaged(fs: DurableFs, path: string, cause: HoldfastError): Promise<Gathered> {
  const salvage = new Salvage();
  const keep: string[] = [];
  for (const each of [path, formerPath(path)]) {
    if ((await fs.facts(each))?.kind !== "file") continue;
    salvage.addSnapshot(each, await reading(fs, each, (file) => surveyFile(file, each)));
    keep.push(each);
  }
  for (const journal of await findJournals(fs, path)) {
    const { rounds, acknowledged, fault } = await reading(fs, journal.path, readJournal);
    salvage.reached(Math.max(journal.after, acknowledged));
    for (const round of rounds) salvage.addRound(round);
    salvage.lost.push(...faultsOf(journal.path, fault));
    keep.push(journal.path);
  }
  const { round, unproven, lost, formerFeed } = salvage;
  const saved = salvage.state();
  if (isEmpty(saved) && lost.every((each) => each.path === path)) throw cause;
  return { outcome: "partial", saved, formerFeed, round, unproven, lost, keep };
}

function isEmpty({ pieces }: SavedState): boolean {
  return Array.isArray(pieces) && pieces.every((some: readonly unknown[]) => some.length === 0);
}

function faultsOf(
  path: string,
  fault: { readonly kind: string; readonly line: number; readonly offset: number } | undefined,
): readonly LostPart[] {
  if (fault === undefined || fault.kind === "torn") return [];
  const { line, offset } = fault;
  return [{ path, line, offset, reason: "not a whole round" }];
}
