import { documentOf, documentsOf, idOf } from "../document.ts";
import type { BenchDocument } from "../document.ts";
import { inLoops } from "./loops.ts";
import type { Place, Subject, System } from "../subject.ts";

const atOnce = 5_000;
const together = 64;

export interface BenchParts {
  readonly system: System;
  readonly subject: Subject;
  readonly place: Place;
  /** Another place, where nothing is yet. */
  readonly freshPlace: () => Promise<Place>;
  readonly openAt: (place: Place) => Promise<Bench>;
  /** What a server would do by itself a while after it was filled. */
  readonly settle: () => Promise<void>;
}

/** A subject and what has been put into it: the documents of the numbers from 0 up to `stored`. */
export class Bench implements AsyncDisposable {
  readonly system: System;
  readonly subject: Subject;
  readonly freshPlace: () => Promise<Place>;
  readonly #place: Place;
  readonly #openAt: (place: Place) => Promise<Bench>;
  readonly #settle: () => Promise<void>;
  #small: Promise<Bench> | undefined;
  #growing: Promise<Bench> | undefined;
  #closed: Promise<Place> | undefined;
  readonly #keepsStatus: boolean;
  /** How often each document was moved, as far as it was acknowledged. */
  readonly #moves = new Map<string, number>();
  #stored = 0;
  #seed = 1;

  constructor({ system, subject, place, freshPlace, openAt, settle }: BenchParts) {
    this.system = system;
    this.subject = subject;
    this.freshPlace = freshPlace;
    this.#place = place;
    this.#openAt = openAt;
    this.#settle = settle;
    this.#keepsStatus = place.entity === "lifecycle";
  }

  get stored(): number {
    return this.#stored;
  }

  /** The next ones that are not there yet; whoever takes them saves them. */
  nextOnes(count: number): readonly BenchDocument[] {
    const documents = documentsOf(this.#stored, count, this.#keepsStatus);
    this.#stored += count;
    return documents;
  }

  /** The latest ones, to be saved over themselves. */
  storedOnes(count: number): readonly BenchDocument[] {
    return documentsOf(Math.max(this.#stored - count, 0), count, this.#keepsStatus);
  }

  /** One that is there, by chance; the same ones in every process. */
  someIndex(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#seed / 2 ** 32) * this.#stored);
  }

  someIds(count: number): readonly string[] {
    return Array.from({ length: count }, () => idOf(this.someIndex()));
  }

  /** One that is there, to be saved over itself. */
  someDocument(): BenchDocument {
    return documentOf(this.someIndex(), this.#keepsStatus);
  }

  /** So many different ones that are there, to be saved over themselves; their ids are in no order. */
  someDocuments(count: number): readonly BenchDocument[] {
    const from = Math.min(this.someIndex(), Math.max(this.#stored - count, 0));
    return documentsOf(from, Math.min(count, this.#stored), this.#keepsStatus);
  }

  /** Takes a document to its next status. */
  async move(id: string): Promise<void> {
    await this.subject.transition?.(id);
    this.#moves.set(id, (this.#moves.get(id) ?? 0) + 1);
  }

  /** How many acknowledged moves of these documents are not there. */
  async lostMoves(ids: ReadonlySet<string>): Promise<number> {
    let lost = 0;
    await inLoops(together, ids, async (id) => {
      const turns = (await this.subject.turns?.(id)) ?? 0;
      lost += Math.max((this.#moves.get(id) ?? 0) - turns, 0);
    });
    return lost;
  }

  async fillTo(count: number): Promise<void> {
    if (this.#stored >= count) return;
    while (this.#stored < count) {
      const documents = this.nextOnes(Math.min(atOnce, count - this.#stored));
      if (this.subject.saveMany !== undefined) await this.subject.saveMany(documents);
      else await this.#saveTogether(documents);
    }
    await this.#settle();
  }

  /** Another one of the same system, which holds so many documents and is closed with this one. */
  small(count: number): Promise<Bench> {
    return (this.#small ??= this.#filled(count));
  }

  /**
   * Another one of the same system for those who add documents, as many as they are fast; this one keeps the number that
   * it was filled to. It is closed with this one.
   */
  growing(): Promise<Bench> {
    return (this.#growing ??= this.#filled(0));
  }

  /** Where it and the growing one keep how many documents. */
  async kept(): Promise<readonly { readonly place: Place; readonly stored: number }[]> {
    const growing = await this.#growing;
    return [{ place: this.#place, stored: this.#stored }, ...((await growing?.kept()) ?? [])];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const other of [this.#small, this.#growing]) await (await other)?.[Symbol.asyncDispose]();
    await this.subject[Symbol.asyncDispose]();
  }

  /** Another place, where one of the same system has left so many documents. */
  closedPlace(count: number): Promise<Place> {
    return (this.#closed ??= this.#leave(count));
  }

  /** Another one of the same system at a place. */
  openAt(place: Place): Promise<Bench> {
    return this.#openAt(place);
  }

  async #filled(count: number): Promise<Bench> {
    const another = await this.#openAt(await this.freshPlace());
    await another.fillTo(count);
    return another;
  }

  async #leave(count: number): Promise<Place> {
    const place = await this.freshPlace();
    await using another = await this.#openAt(place);
    await another.fillTo(count);
    return place;
  }

  async #saveTogether(documents: readonly BenchDocument[]): Promise<void> {
    for (let at = 0; at < documents.length; at += together) {
      await Promise.all(documents.slice(at, at + together).map(async (document) => this.subject.save?.(document)));
    }
  }
}
