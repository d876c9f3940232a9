import type { DriverKey } from "@holdfast/core";
import { KeyTable } from "./key-table.ts";
import { lastMove, movesLookedThrough } from "./move-log.ts";
import { isEntry } from "./state-trees.ts";
import type { Move } from "./state-trees.ts";

/** Finds the last of some moves at a key: by going through them while they are few, else by a table. */
export class LastMoves {
  #byKey: KeyTable<Move> | undefined;

  /** `moves`: all of them, the new one as their last. */
  add(move: Move, moves: readonly Move[]): void {
    if (this.#byKey !== undefined) {
      setMove(this.#byKey, move);
    } else if (moves.length > movesLookedThrough) {
      this.#byKey = new KeyTable();
      for (const each of moves) setMove(this.#byKey, each);
    }
  }

  /** `moves`: all that were added. */
  at(key: DriverKey, moves: readonly Move[]): Move | undefined {
    return this.#byKey === undefined ? lastMove(moves, moves.length, key) : this.#byKey.get(key);
  }

  forget(): void {
    this.#byKey = undefined;
  }
}

function setMove(table: KeyTable<Move>, move: Move): void {
  const item = move.item ?? move.former;
  if (item !== undefined) table.set(isEntry(item) ? item.record : item.tombstone, move);
}
