import type { DriverKey } from "@holdfast/core";
import type { IndexSpec } from "./compiled-model.ts";
import type { Entry } from "./entry.ts";
import { MoveLog, movesLookedThrough, movesMost } from "./move-log.ts";
import { inAnotherOrderAtOnce } from "./order-builds.ts";
import { orderedTree } from "./ordered-tree.ts";
import type { OrderedTree } from "./ordered-tree.ts";
import { isEntry } from "./state-trees.ts";
import type { Move, StateTrees } from "./state-trees.ts";

/**
 * The records of a state in trees, but for those that were changed lately: the trees take these when somebody asks for an
 * order, or when they have become many. So a write alone costs an entry in a log, and many are put in their places at once.
 */
export class StateOrders {
  #trees: StateTrees;
  /** Whether nobody else has these trees. */
  #isOwner = false;
  /** Another one as soon as the trees keep one more order. */
  #generation: object = {};
  /** What the trees have not taken yet. */
  #log = MoveLog.empty();
  /** The part of the log that was there before `moves`. */
  #inherited = MoveLog.empty();
  #moves: Move[] = [];
  /** How many of the moves stand in the log or in the trees. */
  #logged = 0;
  /** Of a draft: what the published state that it goes back to had when it was cloned. */
  #base: { readonly trees: StateTrees; readonly generation: object } | undefined;

  constructor(trees: StateTrees) {
    this.#trees = trees;
  }

  /** For a state that is to be changed. A draft's own moves are looked through by its clones, so they are kept few. */
  clone(of: "published" | "draft"): StateOrders {
    this.#logMoves();
    if (this.#log.isFull || (of === "draft" && this.#log.length > movesLookedThrough)) this.settled();
    this.#isOwner = false;
    const clone = new StateOrders(this.#trees);
    clone.#log = this.#log;
    clone.#inherited = this.#log;
    clone.#generation = this.#generation;
    clone.#base = this.#base ?? { trees: this.#trees, generation: this.#generation };
    return clone;
  }

  /** What was added since it was cloned. */
  get moves(): readonly Move[] {
    return this.#moves;
  }

  add(move: Move): void {
    if (this.#moves.push(move) - this.#logged < movesMost) return;
    this.settled();
  }

  /** A record as it was when this was cloned. */
  inherited(key: DriverKey): Entry | undefined {
    const move = this.#inherited.last(key);
    if (move === undefined) return this.#trees.at(key);
    return isEntry(move.item) ? move.item : undefined;
  }

  /** The trees, which hold everything from now on. */
  settled(): StateTrees {
    this.#logMoves();
    if (this.#log.length === 0) return this.#trees;
    const trees = this.#ownTrees();
    trees.take(this.#log.all());
    this.#log = MoveLog.empty();
    this.#inherited = this.#log;
    return trees;
  }

  order(index: IndexSpec): OrderedTree<Entry> {
    const trees = this.settled();
    const known = trees.order(index);
    if (known !== undefined) return known;
    const built = orderedTree(inAnotherOrderAtOnce(trees.byId(index.type), index));
    this.keep(index, built);
    return built;
  }

  /** Keeps an order of all that is here, unless there is one already. */
  keep(index: IndexSpec, tree: OrderedTree<Entry>): void {
    if (this.settled().order(index) !== undefined) return;
    this.#ownTrees().keep(index, tree);
    this.#generation = {};
  }

  /** Takes the place of the latest ones, from which these differ by `moves`. An order that those keep by now is kept. */
  follow(former: StateOrders, moves: readonly Move[]): void {
    const base = this.#base;
    if (base === undefined || former.#generation !== base.generation || this.#trees === base.trees) {
      former.#isOwner = false;
      this.#isOwner = false;
      this.#trees = former.#trees;
      this.#generation = former.#generation;
      this.#log = former.#log.with(moves);
      this.#moves = [];
      this.#logged = 0;
    }
    this.end();
  }

  /** Nothing is added any more. */
  end(): void {
    this.#logMoves();
    if (this.#log.isFull) this.settled();
    this.#inherited = this.#log;
    this.#moves = [];
    this.#logged = 0;
    this.#base = undefined;
  }

  #ownTrees(): StateTrees {
    if (!this.#isOwner) this.#trees = this.#trees.copy();
    this.#isOwner = true;
    return this.#trees;
  }

  #logMoves(): void {
    if (this.#moves.length === this.#logged) return;
    this.#log = this.#log.with(this.#logged === 0 ? this.#moves : this.#moves.slice(this.#logged));
    this.#logged = this.#moves.length;
  }
}
