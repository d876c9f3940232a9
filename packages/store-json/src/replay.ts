import { keyText } from "@holdfast/core";
import type { SavedChange, SavedPiece, SavedState } from "@holdfast/store-memory";
import { feedAfter } from "./feed-format.ts";
import type { ReadRound } from "./read-journal.ts";

/** What the snapshot and the rounds behind it come to: the last word on each key counts. */
export function replay(snapshot: SavedState, rounds: readonly ReadRound[]): SavedState {
  const last = rounds.at(-1);
  if (last === undefined) return snapshot;
  const latest = latestChanges(rounds);
  const layout = rounds.findLast(({ start }) => start.layout !== undefined)?.start.layout ?? snapshot.layout;
  const { highWater } = last.start;
  const feed = feedAfter(
    snapshot.feed,
    rounds.map(({ start }) => start.feed),
  );
  return { layout, highWater, feed, pieces: merged(snapshot.pieces, latest) };
}

/** The last word on each key, by `keyOf`. */
export function latestChanges(rounds: readonly ReadRound[]): ReadonlyMap<string, SavedChange> {
  const latest = new Map<string, SavedChange>();
  for (const { changes } of rounds) for (const change of changes) latest.set(keyOf(change), change);
  return latest;
}

async function* merged(
  pieces: SavedState["pieces"],
  latest: ReadonlyMap<string, SavedChange>,
): AsyncGenerator<readonly SavedPiece[], void> {
  for await (const batch of pieces) yield batch.filter((piece) => !latest.has(keyOf(piece)));
  const added: SavedPiece[] = [];
  for (const change of latest.values()) if (change.kind !== "forgotten") added.push(change);
  yield added;
}

export function keyOf(change: SavedChange): string {
  switch (change.kind) {
    case "record":
      return keyText(change.record);
    case "tombstone":
      return keyText(change.tombstone);
    case "forgotten":
      return keyText(change.key);
    default:
      return change satisfies never;
  }
}
