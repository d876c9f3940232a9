/**
 * How a state stands in files: a snapshot, which is one valid JSON file, and the journal of the rounds behind it. Each
 * commit appends a round to the journal, with one sync, so it costs the same however much the store holds. When the
 * journal has grown as large as the snapshot, a new journal is begun and a new snapshot is written beside the writers,
 * from a state that no longer changes. The snapshot before it stays beside it until the next one, and so do the journals
 * from there on: together they hold all that the newest one holds, should that turn out damaged. So there are never more
 * than two snapshots, and two times as many journals as one snapshot allows. Where the file system cannot give a file
 * two names, only the newest snapshot stays. At a clean close a last snapshot is written and nothing else stays.
 *
 * A failed sync of the journal is answered by a whole new generation from memory, of the state before the round that
 * failed; the snapshot says that it stands for that round too, so nothing of it comes back. Where that fails as well, the
 * outcome is unknown, and the store takes no more writes until it is opened again.
 */
import { fileError, HoldfastError } from "@holdfast/core";
import type { Durability, Logger } from "@holdfast/core";
import type { State, StateChange } from "@holdfast/store-memory";
import type { Clock } from "./clock.ts";
import type { DurableFs } from "./durable-fs.ts";
import { filePieces } from "./file-pieces.ts";
import { findJournals } from "./find-journals.ts";
import type { HeldFiles } from "./held-files.ts";
import { Journal } from "./journal.ts";
import { formerPath, journalPath, keptPath } from "./journal-name.ts";
import { saveFile } from "./save-file.ts";
import { SyncPace } from "./sync-pace.ts";
import { unknownOutcome } from "./unknown-outcome.ts";

export interface StoreFilesOptions {
  readonly fs: DurableFs;
  readonly clock: Clock;
  /** For the names of temporary files: 16 hexadecimal digits that nobody has used before. */
  readonly newSuffix: () => string;
  readonly path: string;
  readonly durability: Durability;
  readonly logger: Logger;
  /** A journal is larger than this, and than the snapshot, when it is folded into that. In bytes. */
  readonly foldBytes: number;
  /** How many zeros a journal has ahead of its rounds, at most. In bytes. */
  readonly aheadBytes: number;
  readonly held: HeldFiles;
  /** Told how large the snapshot is, whenever one was written. */
  readonly sized: (bytes: number) => void;
}

export interface ResumedFiles {
  /** The last that there is. */
  readonly round: number;
  /** The last that the snapshot holds. */
  readonly savedRound: number;
  /** Of the snapshot. */
  readonly savedBytes: number;
  /** Of the journals behind the snapshot. */
  readonly journalBytes: number;
}

export class StoreFiles {
  readonly #options: StoreFilesOptions;
  readonly #pace: SyncPace;
  #round = 0;
  /** The last round that the snapshot holds. */
  #savedRound = 0;
  #journal: Journal | undefined;
  /** What journals hold behind the snapshot, in bytes: this one's and those of before. */
  #journalBytes = 0;
  #savedBytes = 0;
  #compaction: Promise<void> | undefined;
  #refusal: HoldfastError | undefined;
  /** The journal is not as it was left. */
  #loss: HoldfastError | undefined;

  constructor(options: StoreFilesOptions) {
    this.#options = options;
    this.#pace = new SyncPace(options.clock);
  }

  /** Goes on behind what was read. */
  resume({ round, savedRound, savedBytes, journalBytes }: ResumedFiles): void {
    this.#round = round;
    this.#savedRound = savedRound;
    this.#savedBytes = savedBytes;
    this.#journalBytes = journalBytes;
  }

  /** The last that was acknowledged. */
  get round(): number {
    return this.#round;
  }

  /** As a medium's. Without the state before, or without changes, the whole is written. */
  async commit(next: State, changes: readonly StateChange[], before?: State): Promise<void> {
    if (this.#refusal !== undefined) throw takesNoWrites(this.#options.path, this.#refusal);
    if (this.#loss !== undefined) throw this.#loss;
    if (before === undefined || changes.length === 0) await this.#replace(next, this.#round);
    else await this.#append(before, next, changes);
    this.#compactIfLarge(next);
  }

  /** Leaves one plain file, if that can be written; else what is there already, which holds as much. */
  async finish(last: (() => Promise<State>) | undefined): Promise<void> {
    await this.#compaction;
    await this.#journal?.close();
    if (last === undefined || this.#refusal !== undefined) return;
    const { fs, path, held, logger } = this.#options;
    try {
      const isSaved = this.#savedRound === this.#round && (await findJournals(fs, path)).length === 0;
      const isPlain = isSaved && (await fs.facts(formerPath(path))) === undefined;
      if (!isPlain) await this.#replace(await last(), this.#round);
    } catch (thrown) {
      if (held.areLost) return this.#keepAside(last);
      logger.warn("the journal could not be folded into the file: both stay, and together hold everything", {
        path,
        error: String(thrown),
      });
    }
  }

  /** Somebody else's file stands there now, or none: what this store holds goes beside it, under a name of its own. */
  async #keepAside(last: () => Promise<State>): Promise<void> {
    const { path, newSuffix, logger } = this.#options;
    const kept = keptPath(path, newSuffix());
    try {
      await saveFile({ ...this.#options, path: kept }, filePieces(await last(), this.#round));
      logger.warn("the files of the store were moved or changed while it was open: what it held is kept", {
        path,
        kept,
      });
    } catch (thrown) {
      logger.warn(
        "the files of the store were moved or changed while it was open, and what it held could not be kept",
        {
          path,
          error: String(thrown),
        },
      );
    }
  }

  async #append(before: State, next: State, changes: readonly StateChange[]): Promise<void> {
    const { path } = this.#options;
    const round = this.#round + 1;
    let journal: Journal;
    try {
      journal = this.#journal ??= await this.#begin(before);
    } catch (thrown) {
      throw fileError(thrown, path, "saved");
    }
    const grownFrom = journal.bytes;
    const appended = await journal.append(round, before, next, changes);
    if (appended.done) {
      this.#round = round;
      this.#journalBytes += journal.bytes - grownFrom;
      return;
    }
    const error = fileError(appended.thrown, path, "saved");
    if (appended.left === "lost") this.#loss = error;
    if (appended.left === "unknown") await this.#startOver(before, round, appended.thrown);
    throw error;
  }

  async #begin(state: State): Promise<Journal> {
    const { fs, clock, path, durability, held, aheadBytes } = this.#options;
    const pace = this.#pace;
    await held.check();
    const mode = (await fs.facts(path))?.mode ?? 0o600;
    const place = { fs, clock, path, durability, held, pace, mode, aheadBytes, store: state.feed.store };
    const journal = await Journal.begin(place, this.#round).catch(async (thrown: unknown) => {
      if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
      // What it holds is behind the last round that was acknowledged: an attempt that failed.
      await fs.remove(journalPath(path, this.#round));
      return Journal.begin(place, this.#round);
    });
    this.#journalBytes += journal.bytes;
    return journal;
  }

  /** A new generation without the round that nobody knows of. */
  async #startOver(before: State, failed: number, thrown: unknown): Promise<void> {
    try {
      await this.#replace(before, failed);
      this.#round = failed;
    } catch {
      this.#refusal = unknownOutcome(thrown, this.#options.path);
      throw this.#refusal;
    }
  }

  /**
   * Writes the whole state, and lets go of all else. The former snapshot goes first: journals may hold a round that failed,
   * and it would come back with them.
   */
  async #replace(state: State, round: number): Promise<void> {
    await this.#compaction;
    const journal = this.#journal;
    this.#journal = undefined;
    await journal?.close();
    try {
      await this.#saveSnapshot(state, round, () => this.#removeFormer());
    } catch (thrown) {
      if (HoldfastError.is(thrown, "COMMIT_UNKNOWN")) this.#refusal = thrown;
      throw thrown;
    }
    this.#journalBytes = 0;
    await this.#removeJournals((after) => after <= round);
  }

  async #saveSnapshot(state: State, round: number, settleFormer: () => Promise<void>): Promise<void> {
    const { fs, held, sized } = this.#options;
    let revision = "";
    const beforeReplacing = async (temporary: string): Promise<void> => {
      revision = (await fs.facts(temporary))?.revision ?? "";
      await held.check();
      await settleFormer();
      held.expects(revision);
    };
    this.#savedBytes = await saveFile({ ...this.#options, beforeReplacing }, filePieces(state, round));
    held.holds(revision);
    this.#savedRound = round;
    sized(this.#savedBytes);
  }

  /** What cannot be removed now does no harm: the snapshot stands for it, and the next one tries again. */
  async #removeJournals(isOver: (after: number) => boolean): Promise<void> {
    const { fs, path } = this.#options;
    const found = await findJournals(fs, path).catch(() => []);
    for (const journal of found) {
      if (isOver(journal.after)) await fs.remove(journal.path).catch(() => undefined);
    }
  }

  async #removeFormer(): Promise<void> {
    const { fs, path } = this.#options;
    if ((await fs.facts(formerPath(path))) !== undefined) await fs.remove(formerPath(path));
  }

  /** Gives the newest snapshot, which is about to be replaced, one more name. Some file systems have no such thing. */
  async #keepFormer(): Promise<boolean> {
    const { fs, path } = this.#options;
    await this.#removeFormer();
    return fs.link(path, formerPath(path)).then(
      () => true,
      () => false,
    );
  }

  #compactIfLarge(state: State): void {
    const isLarge = this.#journalBytes > Math.max(this.#options.foldBytes, this.#savedBytes);
    if (!isLarge || this.#compaction !== undefined) return;
    this.#compaction = this.#compact(state).finally(() => (this.#compaction = undefined));
  }

  /** Takes the journal away from the writers at once; the first of them to come begins the next. */
  async #compact(state: State): Promise<void> {
    const round = this.#round;
    const replaced = this.#savedRound;
    const closing = this.#journal;
    this.#journal = undefined;
    this.#journalBytes = 0;
    let keptFrom = round;
    try {
      await closing?.close();
      await this.#saveSnapshot(state, round, async () => {
        if (await this.#keepFormer()) keptFrom = replaced;
      });
      await this.#removeJournals((after) => after < keptFrom);
    } catch (thrown) {
      this.#options.logger.warn("the journal could not be folded into the file yet; it is tried again", {
        path: this.#options.path,
        error: String(thrown),
      });
    }
  }
}

function takesNoWrites(path: string, cause: HoldfastError): HoldfastError {
  return new HoldfastError(`"${path}" takes no writes: the outcome of an earlier save is unknown; open it again`, {
    code: "STORE_READ_ONLY",
    cause,
    details: { path },
  });
}
