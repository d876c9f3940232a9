/**
 * A journal: a file that rounds of writes are added to, one write and one sync for each, in the place of zeros where some
 * stand ahead. A round is acknowledged once it is synced. A small one is written and synced on the calling thread, which
 * stands still for it as long as the disk is quick; a large one, and every one while the disk is slow, is waited for beside
 * it. A write that fails leaves the file as it was before, cut back to its last round; a sync that fails is never tried
 * again, since the kernel then takes the pages for clean: what became of that round cannot be known from this file any more,
 * and whoever uses it has to begin another. Behind a round that nothing followed for a while stands a line which says that
 * it is on the medium, for readers beside the writing process.
 */
import { dirname } from "node:path";
import { HoldfastError, WorkQueue } from "@holdfast/core";
import type { Durability } from "@holdfast/core";
import type { State, StateChange } from "@holdfast/store-memory";
import type { Clock } from "./clock.ts";
import type { DurableFs, FileFacts, WritableFile } from "./durable-fs.ts";
import { GrowingFile } from "./growing-file.ts";
import { lostFile } from "./held-files.ts";
import type { HeldFiles } from "./held-files.ts";
import { addChange, durableLine, endLine, headerLine, journalForm, startLine } from "./journal-format.ts";
import { LaterMark } from "./later-mark.ts";
import { LineBytes } from "./line-bytes.ts";
import { journalPath } from "./journal-name.ts";
import { sumOf } from "./sums.ts";
import type { SyncPace } from "./sync-pace.ts";
import { writeAll } from "./write-text.ts";

/** Characters of text in a small round, at most: so much is written and synced in about twice the time of one line. */
const smallLength = 128 * 1024;
/** What stands in a line beside the document, about. */
const headLength = 256;
/** Where small rounds are put together, at first. In bytes. */
const smallRoom = 16 * 1024;

interface Round {
  readonly round: number;
  /** The state that the round began from. */
  readonly before: State;
  readonly next: State;
  readonly changes: readonly StateChange[];
}

export interface JournalPlace {
  readonly fs: DurableFs;
  readonly clock: Clock;
  /** The store's file. */
  readonly path: string;
  readonly durability: Durability;
  /** The store's identity. */
  readonly store: string;
  /** What must be as it was left before anything is appended. */
  readonly held: Pick<HeldFiles, "checkNow">;
  readonly pace: SyncPace;
  /** The permission bits of the store's file. */
  readonly mode: number;
  /** How many zeros stand ahead of a synced journal's rounds, at most. In bytes. */
  readonly aheadBytes: number;
}

/**
 * `"undone"`: the round is not in the file. `"unknown"`: nobody can say what the medium holds. `"lost"`: a file is
 * not as it was left, and nothing was appended.
 */
export type Appended =
  | { readonly done: true }
  | { readonly done: false; readonly left: "undone" | "unknown" | "lost"; readonly thrown: unknown };

const done: Appended = { done: true };

export class Journal {
  readonly path: string;
  readonly #fs: DurableFs;
  readonly #held: Pick<HeldFiles, "checkNow">;
  readonly #pace: SyncPace;
  readonly #file: GrowingFile;
  readonly #identity: string | undefined;
  readonly #isSynced: boolean;
  readonly #turn = new WorkQueue();
  /** Where small rounds are put together, one after the other. */
  readonly #room = new LineBytes(smallRoom);
  readonly #later: LaterMark;
  /** What failed such that nothing more may be appended. */
  #spoiledBy: unknown;

  private constructor(path: string, file: WritableFile, facts: FileFacts | undefined, place: JournalPlace) {
    this.path = path;
    this.#fs = place.fs;
    this.#held = place.held;
    this.#pace = place.pace;
    this.#identity = facts?.identity;
    this.#later = new LaterMark(place.clock, (round) => void this.#turn.run(() => this.#mark(round)));
    this.#isSynced = place.durability === "power-loss";
    this.#file = new GrowingFile(file, facts?.size ?? 0, this.#isSynced ? place.aheadBytes : 0);
  }

  /** A new journal behind a round, empty. Whatever fails leaves no file. */
  static async begin(place: JournalPlace, after: number): Promise<Journal> {
    const { fs, path, durability, store, mode } = place;
    const own = journalPath(path, after);
    const isSynced = durability === "power-loss";
    const file = await fs.create(own, mode);
    try {
      await writeAll(file, Buffer.from(headerLine({ form: journalForm, store, after, isSynced })), 0);
      // It must be known of every journal whether its rounds are synced.
      await file.syncData();
      await fs.syncFolder(dirname(own));
      return new Journal(own, file, await fs.facts(own), place);
    } catch (thrown) {
      await file.close().catch(() => undefined);
      await fs.remove(own).catch(() => undefined);
      throw thrown;
    }
  }

  get bytes(): number {
    return this.#file.length;
  }

  append(round: number, before: State, next: State, changes: readonly StateChange[]): Promise<Appended> {
    this.#later.followed();
    return this.#turn.run(() => this.#append({ round, before, next, changes }));
  }

  async close(): Promise<void> {
    this.#later.close();
    await this.#turn.run(() => this.#file.close()).catch(() => undefined);
  }

  async #append(round: Round): Promise<Appended> {
    const isSmall = isSmallRound(round.changes);
    const turn = this.#pace.turnOfOthers();
    if (turn !== undefined) await turn;
    try {
      this.#held.checkNow();
      this.#checkNow();
    } catch (thrown) {
      return { done: false, left: HoldfastError.is(thrown) ? "lost" : "undone", thrown };
    }
    if (this.#spoiledBy !== undefined) return { done: false, left: "unknown", thrown: this.#spoiledBy };
    try {
      if (isSmall) await this.#writeSmall(round);
      else await this.#write(round);
    } catch (thrown) {
      return { done: false, left: (await this.#cutBack(thrown)) ? "undone" : "unknown", thrown };
    }
    try {
      if (this.#isSynced) await this.#sync(isSmall);
    } catch (thrown) {
      this.#spoiledBy = thrown;
      return { done: false, left: "unknown", thrown };
    }
    this.#file.settle();
    this.#later.later(round.round);
    return done;
  }

  /** Nothing is appended to a file that nobody would find again, or that somebody else writes. */
  #checkNow(): void {
    const facts = this.#fs.factsNow(this.path);
    const isOwn =
      facts?.identity === this.#identity && (this.#file.hasSize(facts?.size) || this.#spoiledBy !== undefined);
    if (!isOwn) throw lostFile(this.path, facts === undefined ? "gone" : "changed");
  }

  #sync(isSmall: boolean): Promise<void> | undefined {
    if (!isSmall || !this.#pace.isQuick) return this.#file.sync();
    this.#pace.hold(() => this.#file.syncNow());
    return undefined;
  }

  #writeSmall(round: Round): Promise<void> | undefined {
    this.#file.addNow(this.#whole(round));
    return this.#file.makeAhead();
  }

  /** The bytes of a small round, which are good until those of the next are asked for. */
  #whole({ round, before, next, changes }: Round): Buffer {
    const room = this.#room;
    room.add(startLine(round, before, next));
    for (const change of changes) addChange(room, next, change);
    room.add(endLine(round, room.sumFrom(0)));
    return room.lend();
  }

  async #write({ round, before, next, changes }: Round): Promise<void> {
    const bytes = new LineBytes();
    let sum = 0;
    bytes.add(startLine(round, before, next));
    for (const change of changes) {
      if (bytes.isFull) {
        const piece = bytes.take();
        sum = sumOf(piece, sum);
        await this.#file.add(piece);
      }
      addChange(bytes, next, change);
    }
    bytes.add(endLine(round, bytes.sumFrom(0, sum)));
    await this.#file.add(bytes.take());
  }

  async #cutBack(cause: unknown): Promise<boolean> {
    try {
      await this.#file.takeBack();
      return true;
    } catch {
      if (await this.#isUntouched()) return true;
      this.#spoiledBy = cause;
      return false;
    }
  }

  /** Where nothing can be written any more, nothing of the round was. */
  async #isUntouched(): Promise<boolean> {
    const facts = await this.#fs.facts(this.path).catch(() => undefined);
    return facts?.identity === this.#identity && this.#file.isUntouched && this.#file.hasSize(facts?.size);
  }

  async #mark(round: number): Promise<void> {
    if (!this.#later.isWanted(round)) return;
    try {
      this.#file.addNow(Buffer.from(durableLine(round)));
      this.#file.settle();
    } catch (thrown) {
      await this.#cutBack(thrown);
    }
  }
}

function isSmallRound(changes: readonly StateChange[]): boolean {
  let length = 0;
  for (const change of changes) {
    length += headLength + (change.kind === "put" ? change.record.text.length : 0);
    if (length > smallLength) return false;
  }
  return true;
}
