import { archiveFile, copy, restoreArchive, saveArchive } from "@holdfast/migrate";
import type { Store } from "@holdfast/core";

import { openAt } from "./open-at.ts";
import { sampleBatch, sampleModel } from "./sample-store.ts";

/** What a process is asked to do. */
export type Move =
  | { readonly does: "copy"; readonly from: string; readonly to: string }
  | { readonly does: "back up"; readonly from: string; readonly file: string }
  /** What the store holds is replaced, once it is kept in `safetyCopy`. */
  | { readonly does: "restore"; readonly to: string; readonly file: string; readonly safetyCopy: string };

/** Makes a move; whether the stores, or the store and the archive, hold the same behind it. `watched` sees each store. */
export async function makeMove(move: Move, watched: (store: Store) => Store = (store) => store): Promise<boolean> {
  switch (move.does) {
    case "copy": {
      await using source = await openAt(move.from, { access: "read" });
      await using target = await openAt(move.to, { model: { layout: source.layout } });
      return (await copy(watched(source), watched(target), { batch: sampleBatch })).equal;
    }
    case "back up": {
      await using source = await openAt(move.from, { access: "read" });
      await saveArchive(watched(source), move.file);
      return true;
    }
    case "restore": {
      await using target = await openAt(move.to, { model: sampleModel, keepTombstonesMs: Infinity });
      const replace = { safetyCopy: (store: Store) => saveArchive(store, move.safetyCopy) };
      const options = { batch: sampleBatch, replace };
      return (await restoreArchive(watched(target), archiveFile(move.file), options)).equal;
    }
    default:
      return move satisfies never;
  }
}
