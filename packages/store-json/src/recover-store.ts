/**
 * Makes a store of what is left of a damaged one, under the store's lock. Every file that is damaged, or holds what was
 * not recovered, gets one more name before anything else happens; then a new snapshot is written, as every save is, and
 * only then the names go that it stands for. So whenever the process or the machine stops, what was there before is
 * there still, and the same can be done again.
 */
import { fileError, HoldfastError, liftNothing } from "@holdfast/core";
import type { RecoverOptions, RecoveryReport } from "@holdfast/core";
import { loadState } from "@holdfast/store-memory";
import type { SavedState, State } from "@holdfast/store-memory";
import { filePieces } from "./file-pieces.ts";
import { findJournals } from "./find-journals.ts";
import { gather } from "./gather.ts";
import type { Gathered } from "./gather.ts";
import { formerPath } from "./journal-name.ts";
import { linkAside } from "./keep-aside.ts";
import type { JsonMediumParts } from "./json-medium.ts";
import { saveFile } from "./save-file.ts";
import { resolvedPath } from "./store-place.ts";

export type RecoveryParts = Pick<JsonMediumParts, "fs" | "lockFile" | "newSuffix">;

/** As a backend's `recover`. STORE_UNAVAILABLE where no store is there. */
export async function recoverStore(
  given: string,
  parts: RecoveryParts,
  { mode, edits, lockTimeoutMs, signal }: RecoverOptions,
): Promise<RecoveryReport> {
  const { fs } = parts;
  const path = await resolvedPath(fs, given).catch((thrown: unknown) => {
    throw fileError(thrown, given, "read");
  });
  const lock = await parts.lockFile(path, { timeoutMs: lockTimeoutMs, signal });
  try {
    const gathered = await gather(fs, path, edits);
    if (gathered === undefined) throw notThere(path);
    const state = await stateOf(gathered.saved, path);
    const isChanged = mode === "apply" && gathered.outcome !== "whole";
    return reportOf(state, gathered, isChanged ? await apply(parts, path, state, gathered) : gathered.keep);
  } catch (thrown) {
    throw fileError(thrown, path, mode === "apply" ? "saved" : "read");
  } finally {
    await lock.release();
  }
}

/** Gives the names under which files are kept. */
async function apply(
  { fs, newSuffix }: RecoveryParts,
  path: string,
  state: State,
  { saved, formerFeed, round, keep }: Gathered,
): Promise<readonly string[]> {
  const kept: string[] = [];
  const place = { fs, path, newSuffix };
  for (const each of keep) kept.push(await linkAside(place, each));
  // While journals are there, they must know the store: or opening it refuses them, should the process end here.
  const bridge = formerFeed === undefined ? state : await stateOf({ ...saved, feed: formerFeed }, path);
  await saveFile(place, filePieces(bridge, round));
  for (const journal of await findJournals(fs, path)) await fs.remove(journal.path);
  if ((await fs.facts(formerPath(path))) !== undefined) await fs.remove(formerPath(path));
  if (bridge !== state) await saveFile(place, filePieces(state, round));
  return kept;
}

function stateOf(saved: SavedState, path: string): Promise<State> {
  return loadState(saved, { layout: saved.layout, lift: liftNothing, place: `json:${path}` });
}

function reportOf(state: State, { outcome, unproven, lost }: Gathered, kept: readonly string[]): RecoveryReport {
  let [records, tombstones] = [0, 0];
  for (const each of state.stats()) {
    records += each.records;
    tombstones += each.tombstones;
  }
  return { outcome, records, tombstones, unproven, lost, kept };
}

function notThere(path: string): HoldfastError {
  return new HoldfastError(`"${path}" does not exist`, {
    code: "STORE_UNAVAILABLE",
    retryable: false,
    details: { path },
  });
}
