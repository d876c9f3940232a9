import { basename, dirname, join } from "node:path";
import { HoldfastError, Hints } from "@holdfast/core";
import type { Durability, DriverOptions, Guarantees, Logger } from "@holdfast/core";
import type { Medium, SavedPiece, SavedState, State } from "@holdfast/store-memory";
import type { DurableFs, ReadableFile } from "./durable-fs.ts";
import { fileError } from "./file-error.ts";
import type { FileTask } from "./file-error.ts";
import { fileLines } from "./file-format.ts";
import type { FileLock, LockOptions } from "./lock.ts";
import { readStoreFile } from "./read-store-file.ts";
import { isTemporaryName, saveFile } from "./save-file.ts";
import { watchFile } from "./watch-file.ts";

/** What a JSON file rests on, handed in so that faults can be simulated. */
export interface JsonMediumParts {
  readonly fs: DurableFs;
  readonly lockFile: (path: string, options: LockOptions) => Promise<FileLock>;
}

const largeBytes = 256 * 1024 * 1024;

/** Keeps a state in one JSON file, which each commit replaces. */
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
  #unknown: HoldfastError | undefined;
  #isWarned = false;
  readonly #hints = new Hints((ring) => watchFile(this.#path, ring, this.#logger));

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
    await this.#removeLeftovers();
    await this.#settleNames();
    return this.#read();
  }

  async reload(): Promise<SavedState | undefined> {
    const facts = await this.#task("read", () => this.#parts.fs.facts(this.#path));
    return facts?.revision === this.#revision ? undefined : this.#read();
  }

  async commit(next: State): Promise<void> {
    if (this.#unknown !== undefined) throw outcomeUnknown(this.#path, this.#unknown);
    try {
      this.#warnIfLarge(await saveFile(this.#parts.fs, this.#path, fileLines(next), this.#durability));
    } catch (thrown) {
      if (HoldfastError.is(thrown, "COMMIT_UNKNOWN")) this.#unknown = thrown;
      throw thrown;
    }
  }

  /** Only the one writer commits, so its own followers need no hints. */
  wake(follower: AbortSignal): Promise<void> | undefined {
    return this.#access === "read" ? this.#hints.wake(follower) : undefined;
  }

  async close(): Promise<void> {
    await this.#hints.close();
    await this.#reading?.close().catch(() => undefined);
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

  async #read(): Promise<SavedState | undefined> {
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
    const { revision, size } = await this.#task("read", () => file.facts());
    this.#warnIfLarge(size);
    const saved = await readStoreFile(file, this.#path);
    if (saved !== undefined) return { ...saved, pieces: this.#readToEnd(file, saved.pieces, revision) };
    await file.close();
    return undefined;
  }

  async *#readToEnd(
    file: ReadableFile,
    pieces: SavedState["pieces"],
    revision: string,
  ): AsyncGenerator<readonly SavedPiece[], void> {
    try {
      yield* pieces;
      this.#revision = revision;
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

  async #task<T>(task: FileTask, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (thrown) {
      throw fileError(thrown, this.#path, task);
    }
  }
}

function outcomeUnknown(path: string, cause: HoldfastError): HoldfastError {
  return new HoldfastError(`"${path}" takes no writes: the outcome of an earlier save is unknown; open it again`, {
    code: "STORE_READ_ONLY",
    cause,
    details: { path },
  });
}
