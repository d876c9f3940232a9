import { keyText } from "@holdfast/core";
import type { LostPart } from "@holdfast/core";
import type { FeedMarks, SavedPiece, SavedState } from "@holdfast/store-memory";
import type { ReadRound } from "./read-journal.ts";
import { keyOf } from "./replay.ts";
import type { Survey } from "./survey-file.ts";

/**
 * Puts together what several damaged files say, each part of it proven whole. Of each key the latest change counts, in
 * whatever order the files are looked at; a tombstone that was let go takes with it what is older.
 */
export class Salvage {
  readonly lost: LostPart[] = [];
  unproven = 0;
  /** The last round that any file knows of: journals up to it are over. */
  round = 0;
  #header: Survey["header"];
  /** The identity that the store had. */
  #store: string | undefined;
  #highWater = 0;
  #layout: SavedState["layout"] | undefined;
  readonly #latest = new Map<string, SavedPiece>();
  readonly #forgotten = new Map<string, number>();

  /** The newest snapshot comes first: of headers, the first one counts. */
  addSnapshot(path: string, { header, pieces, lost, unproven, isEnded }: Survey): void {
    this.#header ??= header;
    this.#store ??= header?.feed?.store;
    this.reached(header?.round ?? 0);
    this.#highWater = Math.max(this.#highWater, header?.highWater ?? 0);
    this.unproven += unproven;
    for (const piece of pieces) this.#take(piece);
    if (header === undefined && lost.length === 0) this.lost.push({ path, reason: "nothing is in it" });
    for (const each of lost) this.lost.push({ path, ...each });
    if (!isEnded) this.lost.push({ path, reason: "its end is missing: more may have stood behind what is there" });
  }

  addRound({ start, changes }: ReadRound): void {
    this.reached(start.round);
    this.#highWater = Math.max(this.#highWater, start.highWater);
    this.#layout = start.layout ?? this.#layout;
    this.#store ??= start.feed.store;
    for (const change of changes) {
      if (change.kind === "forgotten") this.#forget(keyText(change.key), start.feed.changes);
      else this.#take(change);
    }
  }

  reached(round: number): void {
    this.round = Math.max(this.round, round);
  }

  /** Marks by which journals still know the store as theirs. */
  get formerFeed(): FeedMarks | undefined {
    return this.#store === undefined ? undefined : { store: this.#store, changes: 0, pruned: new Map(), holds: [] };
  }

  /** A feed of its own: who followed what was lost must begin anew. */
  state(): SavedState {
    const layout = this.#layout ?? this.#header?.layout ?? { types: [] };
    return { layout, highWater: this.#highWater, pieces: [[...this.#latest.values()]] };
  }

  #take(piece: SavedPiece): void {
    const key = keyOf(piece);
    const { change = 0 } = piece;
    const known = this.#latest.get(key)?.change ?? 0;
    if (change >= known && change >= (this.#forgotten.get(key) ?? 0)) this.#latest.set(key, piece);
  }

  #forget(key: string, changes: number): void {
    this.#forgotten.set(key, Math.max(this.#forgotten.get(key) ?? 0, changes));
    if ((this.#latest.get(key)?.change ?? 0) <= changes) this.#latest.delete(key);
  }
}
