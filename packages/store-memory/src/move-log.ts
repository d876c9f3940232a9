import type { DriverKey } from "@holdfast/core";
import { isEntry } from "./state-trees.ts";
import type { Item, Move } from "./state-trees.ts";

/** Moves that the trees have not taken yet, at most: to take so many holds the thread for about a millisecond. */
export const movesMost = 256;
/** Of those that are looked through for each record that is asked for: more are kept in a table, or in the trees. */
export const movesLookedThrough = 16;
/** Of text of records that were replaced, in characters: they are held until the trees have taken that. */
const formerMost = 4 * 1024 * 1024;

/**
 * What changed since the trees of a state were as they are. States that follow each other share one list, of which each knows
 * how much is its own: a write adds to it what it changed, and the trees take many changes at once.
 */
export class MoveLog {
  readonly #moves: Move[];
  readonly #length: number;
  readonly #formerLength: number;

  private constructor(moves: Move[], formerLength: number) {
    this.#moves = moves;
    this.#length = moves.length;
    this.#formerLength = formerLength;
  }

  static empty(): MoveLog {
    return new MoveLog([], 0);
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length >= movesMost || this.#formerLength > formerMost;
  }

  /** The log with these behind it. The first who goes on behind a log goes on in its list. */
  with(moves: readonly Move[]): MoveLog {
    const list = this.#moves.length === this.#length ? this.#moves : this.#moves.slice(0, this.#length);
    let formerLength = this.#formerLength;
    for (const move of moves) {
      list.push(move);
      if (isEntry(move.former)) formerLength += move.former.record.text.length;
    }
    return new MoveLog(list, formerLength);
  }

  all(): readonly Move[] {
    return this.#moves.length === this.#length ? this.#moves : this.#moves.slice(0, this.#length);
  }

  /** The last move at this key; undefined where none is there. */
  last(key: DriverKey): Move | undefined {
    return lastMove(this.#moves, this.#length, key);
  }
}

/** The last of so many moves that is at this key. */
export function lastMove(moves: readonly Move[], count: number, key: DriverKey): Move | undefined {
  for (let at = count - 1; at >= 0; at--) {
    const move = moves[at];
    if (move !== undefined && isAt(move.item ?? move.former, key)) return move;
  }
  return undefined;
}

function isAt(item: Item | undefined, { id, type, tenant }: DriverKey): boolean {
  if (item === undefined) return false;
  const own = isEntry(item) ? item.record : item.tombstone;
  return own.id === id && own.type === type && own.tenant === tenant;
}
