import { basename, dirname, join } from "node:path";
import { fileError, HoldfastError, Hints } from "@holdfast/core";
import type { CheckProblem, Durability, DriverOptions, Guarantees, HintSource, Logger } from "@holdfast/core";
import type { Medium, SavedPiece, SavedState, State, StateChange } from "@holdfast/store-memory";
import type { Clock } from "./clock.ts";
import type { DurableFs, ReadableFile } from "./durable-fs.ts";
import { findJournals, revisionOf } from "./find-journals.ts";
import type { FoundJournal } from "./find-journals.ts";
import { isDamagedName } from "./journal-name.ts";
import { HeldFiles } from "./held-files.ts";
import type { FileLock, LockOptions } from "./lock.ts";
import { mendJournals } from "./mend-journals.ts";
import { readJournals } from "./read-journals.ts";
import type { JournalsRead } from "./read-journals.ts";
import { readStoreFile } from "./read-store-file.ts";
import type { SavedFile } from "./read-store-file.ts";
import { replay } from "./replay.ts";
import { isTemporaryName, temporaryPath } from "./temporary-name.ts";
import { writeAnew } from "./copy-file.ts";
import { StoreFiles } from "./store-files.ts";

/** What a JSON file rests on, handed in so that faults can be simulated: nothing else here reaches the outside. */
export interface JsonMediumParts {
  readonly fs: DurableFs;
  readonly lockFile: (path: string, options: LockOptions) => Promise<FileLock>;
  /** Rings when another process may have written. */
  readonly watchFile: (path: string, ring: () => void, logger: Logger) => HintSource;
  readonly clock: Clock;
  /** For the names of temporary files: 16 hexadecimal digits that nobody has used before. */
  readonly newSuffix: () => string;
  /** How large a journal grows at least before it is folded into the file, in bytes. @default 4 MiB */
  readonly foldBytes?: number;
}

interface OpenedFiles {
  readonly saved: SavedFile;
  readonly size: number;
  /** Of the snapshot that was read. */
  readonly revision: string;
  readonly found: readonly FoundJournal[];
  readonly journals: JournalsRead;
}

/** How often a reader looks again when the files changed under it. */
const readTries = 20;
const defaultFoldBytes = 4 * 1024 * 1024;
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
  #reading: ReadableFile | undefined;
  #revision: string | undefined;
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
    if (options.access === "read") {
      this.#path = await this.#task("read", () => this.#resolved());
      return this.#read();
    }
    await this.#task("saved", () => this.#prepareFolder());
    this.#path = await this.#task("saved", () => this.#resolved());
    this.#lock = await this.#parts.lockFile(this.#path, { timeoutMs: options.lockTimeoutMs, signal: options.signal });
    const held = await this.#task("read", () => HeldFiles.from(this.#parts.fs, this.#path));
    await this.#removeLeftovers();
    await this.#settleNames();
    const { fs, clock, newSuffix, foldBytes = defaultFoldBytes } = this.#parts;
    const { durability, logger } = options;
    const sized = (bytes: number): void => this.#warnIfLarge(bytes);
    const path = this.#path;
    this.#files = new StoreFiles({ fs, clock, newSuffix, path, durability, logger, foldBytes, held, sized });
    return this.#recovered(this.#files, held);
  }

  async reload(): Promise<SavedState | undefined> {
    const revision = await this.#task("read", () => revisionOf(this.#parts.fs, this.#path));
    return revision === this.#revision ? undefined : this.#read();
  }

  /** What was acknowledged, and what was whole besides. What a kill tore is cut off, what is damaged kept. */
  async #recovered(files: StoreFiles, held: HeldFiles): Promise<SavedState | undefined> {
    const { fs } = this.#parts;
    const read = await this.#opened();
    if (read === undefined) return undefined;
    held.holds(read.revision);
    const mended = { fs, path: this.#path, logger: this.#logger };
    const bytes = await this.#task("saved", () => mendJournals(mended, read.found, read.journals.faults));
    if (this.#durability === "power-loss") await this.#task("saved", () => this.#settleContents(read.journals));
    files.resume(read.saved.round, read.journals.reached, read.size, bytes);
    return replay(read.saved, read.journals.rounds);
  }

  async commit(next: State, changes: readonly StateChange[], before?: State): Promise<void> {
    if (this.#files === undefined) throw new HoldfastError("the store is not open", { code: "STORE_CLOSED" });
    await this.#files.commit(next, changes, before);
  }

  async check(): Promise<readonly CheckProblem[]> {
    const names = await this.#task("read", () => this.#parts.fs.list(dirname(this.#path)));
    return names
      .filter((name) => isDamagedName(name, this.#path))
      .map((name) => ({ kind: "integrity", message: `a journal was damaged; it is kept as "${name}"` }));
  }

  /** Only the one writer commits, so its own followers need no hints. */
  wake(follower: AbortSignal): Promise<void> | undefined {
    return this.#access === "read" ? this.#hints.wake(follower) : undefined;
  }

  async close(last?: State): Promise<void> {
    await this.#hints.close();
    await this.#reading?.close().catch(() => undefined);
    await this.#files?.finish(last);
    await this.#lock?.release();
  }

  /** Makes the folders, and sees to it that they outlive a power cut as the file in them will. */
  async #prepareFolder(): Promise<void> {
    const { fs } = this.#parts;
    const folder = dirname(this.#path);
    const uppermost = await fs.makeFolder(folder);
    await fs.checkWritable(folder);
    if (uppermost === undefined) return;
    for (let made = folder; ; made = dirname(made)) {
      await fs.syncFolder(dirname(made));
      if (made === uppermost) return;
    }
  }

  /** One path for one file, by whatever links it is reached. */
  async #resolved(): Promise<string> {
    const { fs } = this.#parts;
    try {
      return await fs.realPath(this.#path);
    } catch (thrown) {
      if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT")) throw thrown;
      return join(await fs.realPath(dirname(this.#path)), basename(this.#path));
    }
  }

  /** What a save left that was killed. The name says whose they are, and the lock that nobody writes them now. */
  async #removeLeftovers(): Promise<void> {
    const { fs } = this.#parts;
    const folder = dirname(this.#path);
    const names = await this.#task("read", () => fs.list(folder));
    for (const name of names.filter((each) => isTemporaryName(each, this.#path))) {
      const remains = (): void =>
        this.#logger.warn("an unfinished save could not be removed", { path: join(folder, name) });
      await fs.remove(join(folder, name)).catch(remains);
    }
  }

  /** A save whose process was killed may stand under the file's name already: what is read must outlive a power cut. */
  async #settleNames(): Promise<void> {
    const { fs } = this.#parts;
    if (this.#durability === "power-loss") await this.#task("saved", () => fs.syncFolder(dirname(this.#path)));
  }

  /**
   * What was read may stand in the system's memory alone: whoever wrote it may have been killed before its sync. And where
   * that sync failed, the system takes it for written: so a round of which nobody knows is written again, to a new file.
   */
  async #settleContents({ reached, durable }: JournalsRead): Promise<void> {
    const { fs, newSuffix } = this.#parts;
    const journals = await findJournals(fs, this.#path);
    const doubtful = reached > durable ? journals.at(-1) : undefined;
    for (const path of [this.#path, ...journals.map((journal) => journal.path)]) {
      if (path === doubtful?.path) await writeAnew(fs, path, temporaryPath(this.#path, newSuffix()));
      else await fs.syncFile(path);
    }
  }

  /** What is known to be on the medium: a reader beside the writing process never sees more. */
  async #read(): Promise<SavedState | undefined> {
    for (let tries = 1; ; tries++) {
      try {
        const revision = await this.#task("read", () => revisionOf(this.#parts.fs, this.#path));
        const read = await this.#opened();
        this.#revision = revision;
        if (read === undefined) return undefined;
        const { rounds, durable } = read.journals;
        return replay(
          read.saved,
          rounds.filter(({ start }) => start.round <= durable),
        );
      } catch (thrown) {
        // Between two looks the writing process may have folded a journal into the file, and removed it.
        if (tries >= readTries || !(HoldfastError.is(thrown, "STORE_CORRUPT") || isMissing(thrown))) throw thrown;
      }
    }
  }

  async #opened(): Promise<OpenedFiles | undefined> {
    const { fs } = this.#parts;
    const found = await this.#task("read", () => findJournals(fs, this.#path));
    const snapshot = await this.#openSnapshot();
    if (snapshot === undefined) {
      const [first] = found;
      if (first !== undefined) throw withoutSnapshot(this.#path, first.path);
      return undefined;
    }
    const { saved, size, revision } = snapshot;
    const facts = { path: this.#path, store: saved.feed?.store, round: saved.round };
    try {
      const journals = await this.#task("read", () => readJournals(fs, found, facts));
      return { saved, size, revision, found, journals };
    } catch (thrown) {
      await this.#reading?.close();
      throw thrown;
    }
  }

  async #openSnapshot(): Promise<Pick<OpenedFiles, "saved" | "size" | "revision"> | undefined> {
    const { fs } = this.#parts;
    const facts = await this.#task("read", () => fs.facts(this.#path));
    if (facts === undefined) {
      if (this.#access === "write") return undefined;
      throw new HoldfastError(`"${this.#path}" does not exist`, { code: "STORE_UNAVAILABLE", retryable: false });
    }
    if (facts.kind !== "file") {
      throw new HoldfastError(`"${this.#path}" is not a file`, { code: "INVALID_CONFIG" });
    }
    const file = await this.#task("read", () => fs.openToRead(this.#path));
    this.#reading = file;
    const { size, revision } = await this.#task("read", () => file.facts());
    this.#warnIfLarge(size);
    const saved = await readStoreFile(file, this.#path);
    return { saved: { ...saved, pieces: this.#readToEnd(file, saved.pieces) }, size, revision };
  }

  async *#readToEnd(file: ReadableFile, pieces: SavedState["pieces"]): AsyncGenerator<readonly SavedPiece[], void> {
    try {
      yield* pieces;
    } finally {
      await file.close();
    }
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

  async #task<T>(task: "read" | "saved", run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (thrown) {
      throw fileError(thrown, this.#path, task);
    }
  }
}

function isMissing(thrown: unknown): boolean {
  return HoldfastError.is(thrown) && thrown.details["system"] === "ENOENT";
}

function withoutSnapshot(path: string, journal: string): HoldfastError {
  return new HoldfastError(
    `"${path}" is gone, and "${journal}" cannot be read without it; the journal was left as it is`,
    {
      code: "STORE_CORRUPT",
      details: { path, journal },
    },
  );
}
