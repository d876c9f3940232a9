import { fileError, HoldfastError, Hints, requireLocal } from "@holdfast/core";
import type { CheckProblem, Durability, DriverOptions, Guarantees, HintSource, Logger } from "@holdfast/core";
import type { Followed, Medium, SavedState, State, StateChange } from "@holdfast/store-memory";
import { checkFiles } from "./check-files.ts";
import type { Clock } from "./clock.ts";
import type { DurableFs } from "./durable-fs.ts";
import { findJournals } from "./find-journals.ts";
import { FileReader } from "./file-reader.ts";
import { defaultAheadBytes } from "./growing-file.ts";
import { HeldFiles } from "./held-files.ts";
import type { FileLock, LockOptions } from "./lock.ts";
import { mendJournals } from "./mend-journals.ts";
import { openFiles } from "./open-files.ts";
import type { OpenedFiles } from "./open-files.ts";
import { replay } from "./replay.ts";
import { snapshotLookup } from "./snapshot-lookup.ts";
import { StoreFiles } from "./store-files.ts";
import {
  checkPlace,
  prepareFolder,
  removeLeftovers,
  resolvedPath,
  restoreFormer,
  settleContents,
  settleNames,
} from "./store-place.ts";
import type { StorePlace } from "./store-place.ts";

/** What a JSON file rests on, handed in so that faults can be simulated: nothing else here reaches the outside. */
export interface JsonMediumParts {
  readonly fs: DurableFs;
  /** The type of the file system that a path is on, as Linux numbers them; undefined where nothing is known. */
  readonly fileSystemType: (path: string) => Promise<number | undefined>;
  readonly lockFile: (path: string, options: LockOptions) => Promise<FileLock>;
  /** Rings when another process may have written. */
  readonly watchFile: (path: string, ring: () => void, logger: Logger) => HintSource;
  readonly clock: Clock;
  /** For the names of temporary files: 16 hexadecimal digits that nobody has used before. */
  readonly newSuffix: () => string;
  /** How large a journal grows at least before it is folded into the file, in bytes. @default 16 MiB */
  readonly foldBytes?: number;
  /** How many zeros a journal has ahead of what comes next, at most, in bytes. @default 256 KiB */
  readonly aheadBytes?: number;
}

const defaultFoldBytes = 16 * 1024 * 1024;
const largeBytes = 256 * 1024 * 1024;

/** Keeps a state in one JSON file, with a journal beside it while a process writes. */
export class JsonMedium implements Medium {
  readonly #parts: JsonMediumParts;
  /** The path as given, then without symbolic links. */
  #path: string;
  #durability: Durability = "power-loss";
  #access: "write" | "read" = "write";
  #logger: Logger = { warn: () => undefined };
  #lock: FileLock | undefined;
  #opened: OpenedFiles | undefined;
  #reader: FileReader | undefined;
  #files: StoreFiles | undefined;
  #isWarned = false;
  readonly #hints = new Hints((ring) => this.#parts.watchFile(this.#path, ring, this.#logger));

  /** The path is absolute. */
  constructor(path: string, parts: JsonMediumParts) {
    this.#path = path;
    this.#parts = parts;
  }

  get identity(): string {
    return `json:${this.#path}`;
  }

  get guarantees(): Guarantees {
    const staleReads = this.#access === "read";
    const hints = staleReads ? "watch" : "store";
    return { isolation: "serializable", writers: "process", durability: this.#durability, staleReads, hints };
  }

  async load(options: DriverOptions): Promise<SavedState | undefined> {
    this.#durability = options.durability;
    this.#access = options.access;
    this.#logger = options.logger;
    const { fs } = this.#parts;
    if (options.access === "read") {
      this.#path = await this.#task("read", () => resolvedPath(fs, this.#path));
      this.#reader = new FileReader(fs, this.#path, (opened) => this.#noteRead(opened));
      const reader = this.#reader;
      return this.#task("read", () => reader.load());
    }
    requireLocal(this.#path, await this.#parts.fileSystemType(this.#path));
    await this.#task("opened", () => prepareFolder(fs, this.#path));
    this.#path = await this.#task("opened", () => resolvedPath(fs, this.#path));
    await this.#task("opened", () => checkPlace(fs, this.#path));
    this.#lock = await this.#parts.lockFile(this.#path, { timeoutMs: options.lockTimeoutMs, signal: options.signal });
    const held = await this.#task("read", () => HeldFiles.from(fs, this.#path));
    const { clock, newSuffix, foldBytes = defaultFoldBytes, aheadBytes = defaultAheadBytes } = this.#parts;
    const { durability, logger } = options;
    const place = { fs, path: this.#path, durability, logger, newSuffix };
    await this.#task("read", () => removeLeftovers(place));
    await this.#task("saved", () => settleNames(place));
    const sized = (bytes: number): void => this.#warnIfLarge(bytes);
    this.#files = new StoreFiles({ ...place, clock, foldBytes, aheadBytes, held, sized });
    return this.#recovered(place, this.#files, held);
  }

  async follow(from: "last" | "anew"): Promise<Followed> {
    const reader = this.#reader;
    if (reader === undefined) return { kind: "nothing" };
    return this.#task("read", () => reader.follow(from));
  }

  /** What was acknowledged, and what was whole besides. What a kill tore is cut off, what is damaged kept. */
  async #recovered(place: StorePlace, files: StoreFiles, held: HeldFiles): Promise<SavedState | undefined> {
    const { fs, path } = place;
    const read = await this.#whole(place);
    if (read === undefined) return undefined;
    const { snapshot, journals } = read;
    held.holds(snapshot.revision);
    await this.#task("saved", () => mendJournals(place, journals.repairs));
    await this.#task("saved", () => settleContents(place, journals));
    const { round: savedRound } = snapshot.saved;
    const behind = (await this.#task("read", () => findJournals(fs, path))).filter(({ after }) => after >= savedRound);
    const facts = await this.#task("read", () => Promise.all(behind.map((journal) => fs.facts(journal.path))));
    const journalBytes = facts.reduce((sum, each) => sum + (each?.size ?? 0), 0);
    files.resume({ round: journals.reached, savedRound, savedBytes: snapshot.bytes, journalBytes });
    const { rounds } = journals;
    const { revision } = snapshot;
    const lookup = () => this.#task("read", () => snapshotLookup({ fs, path, revision, rounds }));
    return { ...replay(snapshot.saved, rounds), lookup };
  }

  /** Where the newest snapshot is damaged, the one before it takes its place, with the journals behind it. */
  async #whole(place: StorePlace): Promise<OpenedFiles | undefined> {
    const read = await this.#open();
    if (read?.damage === undefined) return read;
    await read.snapshot.close();
    const kept = await this.#task("saved", () => restoreFormer(place));
    this.#logger.warn(
      "the JSON file was damaged: all of it was recovered from the snapshot before it and the journals",
      {
        path: place.path,
        ...(kept === undefined ? {} : { kept }),
        reason: read.damage.message,
      },
    );
    return this.#open();
  }

  commit(next: State, changes: readonly StateChange[], before?: State): Promise<void> {
    const closed = (): HoldfastError => new HoldfastError("the store is not open", { code: "STORE_CLOSED" });
    return this.#files?.commit(next, changes, before) ?? Promise.reject(closed());
  }

  async check(state: State): Promise<readonly CheckProblem[]> {
    const round = this.#files?.round ?? this.#reader?.round ?? 0;
    return this.#task("read", () => checkFiles(this.#parts.fs, this.#path, { state, round }));
  }

  /** Only the one writer commits, so its own followers need no hints. */
  wake(follower: AbortSignal): Promise<void> | undefined {
    return this.#access === "read" ? this.#hints.wake(follower) : undefined;
  }

  async close(last?: () => Promise<State>): Promise<void> {
    await this.#hints.close();
    await this.#files?.finish(last);
    await this.#opened?.snapshot.close().catch(() => undefined);
    await this.#reader?.close().catch(() => undefined);
    await this.#lock?.release();
  }

  #noteRead({ snapshot, damage }: OpenedFiles): void {
    this.#warnIfLarge(snapshot.bytes);
    if (damage === undefined) return;
    const message = "the JSON file is damaged: it was read from the snapshot before it and the journals";
    this.#logger.warn(message, { path: this.#path, reason: damage.message });
  }

  async #open(): Promise<OpenedFiles | undefined> {
    this.#opened = await this.#task("read", () => openFiles(this.#parts.fs, this.#path));
    if (this.#opened !== undefined) this.#warnIfLarge(this.#opened.snapshot.bytes);
    return this.#opened;
  }

  #warnIfLarge(bytes: number): void {
    if (bytes <= largeBytes || this.#isWarned) return;
    this.#isWarned = true;
    this.#logger.warn(
      "the JSON file is large: every process that opens it holds all of it in memory. A SQLite store does not; " +
        "`holdfast copy` moves the data there",
      { path: this.#path, bytes },
    );
  }

  async #task<T>(task: "opened" | "read" | "saved", run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (thrown) {
      throw fileError(thrown, this.#path, task);
    }
  }
}
