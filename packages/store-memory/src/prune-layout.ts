import { prunedLayout } from "@holdfast/core";
import type { Layout, LayoutPruning } from "@holdfast/core";
import { loadState } from "./load-state.ts";
import type { LoadOptions } from "./load-state.ts";
import type { SavedPiece } from "./medium.ts";
import type { State } from "./state.ts";

const piecesAtOnce = 1_000;

/** What of a state's model a layout lacks, but for types with records. */
export function pruningOf(state: State, declared: Layout): LayoutPruning {
  const holding = state.stats().flatMap(({ type, records }) => (records > 0 ? [type] : []));
  return prunedLayout(state.model.layout, declared, new Set(holding));
}

/** The same records and tombstones under another layout: everything that is kept in order is built anew. */
export async function underLayout(state: State, options: LoadOptions): Promise<State> {
  const { highWater, feed } = state;
  await state.arrange();
  return loadState({ layout: options.layout, highWater, feed, pieces: piecesOf(state) }, options);
}

function* piecesOf(state: State): Generator<readonly SavedPiece[]> {
  let pieces: SavedPiece[] = [];
  for (const { record, change } of state.allEntries()) {
    pieces.push({ kind: "record", record, change });
    if (pieces.length < piecesAtOnce) continue;
    yield pieces;
    pieces = [];
  }
  for (const { tombstone, change } of state.buried()) pieces.push({ kind: "tombstone", tombstone, change });
  yield pieces;
}
