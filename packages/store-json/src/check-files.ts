/** Reads a store's files once more and compares them with what the process holds in memory. Nothing is changed, or held up. */
import { dirname } from "node:path";
import { HoldfastError } from "@holdfast/core";
import type { CheckProblem } from "@holdfast/core";
import type { SavedPiece, SavedState, State } from "@holdfast/store-memory";
import type { DurableFs } from "./durable-fs.ts";
import { formerPath } from "./journal-name.ts";
import { isDamagedName } from "./keep-aside.ts";
import { openFiles } from "./open-files.ts";
import { snapshotProblem } from "./open-snapshot.ts";
import { replay } from "./replay.ts";

/** What a process holds: all up to a round. */
export interface HeldState {
  readonly state: State;
  readonly round: number;
}

/** How often the files are looked at again when the writing process replaced them meanwhile. */
const tries = 20;
/** How often damage is looked at: a round that was being written while its place was read looks like it, once. */
const looks = 3;

export async function checkFiles(fs: DurableFs, path: string, held: HeldState): Promise<readonly CheckProblem[]> {
  const names = await fs.list(dirname(path));
  const kept = names.filter((name) => isDamagedName(name, path));
  const former = await snapshotProblem(fs, formerPath(path));
  return [
    ...kept.map((name) => integrity(`a damaged file is kept, until somebody moves it away, as "${name}"`)),
    ...(former !== undefined && (await fs.facts(formerPath(path))) !== undefined ? [integrity(former.message)] : []),
    ...(await filesProblems(fs, path, held)),
  ];
}

async function filesProblems(fs: DurableFs, path: string, held: HeldState): Promise<readonly CheckProblem[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const problems = await compared(fs, path, held);
      if (problems.length === 0 || attempt >= looks) return problems;
    } catch (thrown) {
      const isGone = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
      if (attempt < tries && (isGone || HoldfastError.is(thrown, "STORE_CORRUPT"))) continue;
      if (HoldfastError.is(thrown, "STORE_CORRUPT")) return [integrity(thrown.message)];
      throw thrown;
    }
  }
}

async function compared(fs: DurableFs, path: string, { state, round }: HeldState): Promise<readonly CheckProblem[]> {
  const opened = await openFiles(fs, path);
  if (opened === undefined) return [integrity(`"${path}" is gone`)];
  const { snapshot, journals, damage } = opened;
  const problems = damage === undefined ? [] : [integrity(damage.message)];
  for (const { path: journal, fault } of journals.repairs) {
    if (fault === undefined || fault.kind === "torn") continue;
    problems.push(integrity(`"${journal}" is damaged at line ${fault.line}, byte ${fault.offset}`));
  }
  const rounds = journals.rounds.filter(({ start }) => start.round <= round);
  // A snapshot of a later round has overtaken what is compared: then it is read for its sums alone.
  const isComparable = snapshot.saved.round <= round;
  const different = await differences(replay(snapshot.saved, rounds).pieces, isComparable ? state : undefined);
  return [...problems, ...different];
}

async function differences(pieces: SavedState["pieces"], state: State | undefined): Promise<readonly CheckProblem[]> {
  const problems: CheckProblem[] = [];
  let found = 0;
  for await (const some of pieces) {
    found += some.length;
    if (state === undefined) continue;
    for (const piece of some) if (!isHeld(state, piece)) problems.push(differing(piece));
  }
  if (state === undefined || problems.length > 0) return problems;
  let held = 0;
  for (const { records, tombstones } of state.stats()) held += records + tombstones;
  if (held === found) return [];
  return [integrity(`the files hold ${found} records and tombstones, and the store ${held}`)];
}

function isHeld(state: State, piece: SavedPiece): boolean {
  if (piece.kind === "tombstone") {
    const buried = state.buriedAt(piece.tombstone)?.tombstone;
    return buried?.version === piece.tombstone.version && buried.deleted === piece.tombstone.deleted;
  }
  const { version, updated, text } = piece.record;
  const held = state.get(piece.record)?.record;
  return held?.version === version && held.updated === updated && held.text === text;
}

function differing(piece: SavedPiece): CheckProblem {
  const { type, tenant, id } = piece.kind === "record" ? piece.record : piece.tombstone;
  return { ...integrity("the files do not hold what the store does"), type, tenant, id };
}

function integrity(message: string): CheckProblem {
  return { kind: "integrity", message };
}
