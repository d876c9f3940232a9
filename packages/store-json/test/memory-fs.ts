import { basename, dirname } from "node:path";
import type { DurableFs, FileFacts } from "../src/durable-fs.ts";

interface Content {
  bytes: Buffer;
  /** What is left of the bytes after a power cut. */
  durable: Buffer;
  readonly mode: number;
  readonly inode: number;
}

type Names = Map<string, Content>;

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code });
}

/**
 * One folder in memory that notes each operation, fails where a test wants it to, writes a few bytes at a time, and
 * knows what a power cut would leave: the content and the names that were synced, and nothing else.
 */
export class MemoryFs implements DurableFs {
  readonly log: string[] = [];
  /** Gives the error that the operation ends with. `at` counts the operations. */
  fails: (operation: string, at: number) => Error | undefined = () => undefined;
  largestRead = 0;
  bytesAtOnce = Number.POSITIVE_INFINITY;
  readonly #names: Names = new Map();
  #durableNames: Names = new Map();
  #inodes = 0;

  textOf(path: string): string | undefined {
    return this.#names.get(path)?.bytes.toString();
  }

  /** As if it had been there, synced, since long ago. */
  place(path: string, bytes: Buffer | string): void {
    const content = Buffer.from(bytes);
    const file = { bytes: content, durable: content, mode: 0o600, inode: ++this.#inodes };
    this.#names.set(path, file);
    this.#durableNames.set(path, file);
  }

  names(): readonly string[] {
    return [...this.#names.keys()].map((path) => basename(path)).sort();
  }

  /** What each power cut could leave: names synced or not, contents synced or not. */
  images(): readonly MemoryFs[] {
    return [this.#names, this.#durableNames].flatMap((names) =>
      (["bytes", "durable"] as const).map((kept) => {
        const image = new MemoryFs();
        for (const [path, content] of names) image.place(path, content[kept]);
        return image;
      }),
    );
  }

  async realPath(path: string): Promise<string> {
    this.#step("realPath");
    if (basename(path).includes(".") && !this.#names.has(path)) throw systemError("ENOENT");
    return path;
  }

  async makeFolder(): Promise<undefined> {
    this.#step("makeFolder");
  }

  async checkWritable(): Promise<void> {
    this.#step("checkWritable");
  }

  async facts(path: string): Promise<FileFacts | undefined> {
    this.#step("facts");
    const content = this.#names.get(path);
    return content === undefined ? undefined : factsOf(content);
  }

  async list(folder: string): Promise<readonly string[]> {
    this.#step("list");
    return [...this.#names.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path));
  }

  async openToRead(path: string): ReturnType<DurableFs["openToRead"]> {
    this.#step("openToRead");
    const content = this.#existing(path);
    return {
      facts: async () => factsOf(content),
      read: async (into, position) => {
        this.#step("read");
        this.largestRead = Math.max(this.largestRead, into.byteLength);
        return content.bytes.copy(into, 0, position, position + Math.min(into.byteLength, this.bytesAtOnce));
      },
      close: async () => this.#step("closeRead"),
    };
  }

  async create(path: string, mode: number): ReturnType<DurableFs["create"]> {
    this.#step(`create ${mode.toString(8)}`);
    if (this.#names.has(path)) throw systemError("EEXIST");
    const content: Content = { bytes: Buffer.alloc(0), durable: Buffer.alloc(0), mode, inode: ++this.#inodes };
    this.#names.set(path, content);
    return {
      write: async (bytes) => {
        this.#step("write");
        const part = bytes.subarray(0, this.bytesAtOnce);
        content.bytes = Buffer.concat([content.bytes, part]);
        return part.byteLength;
      },
      sync: async () => {
        this.#step("sync");
        content.durable = content.bytes;
      },
      syncData: async () => {
        this.#step("syncData");
        content.durable = content.bytes;
      },
      truncate: async (bytes) => {
        this.#step("truncate");
        content.bytes = content.bytes.subarray(0, bytes);
      },
      close: async () => this.#step("close"),
    };
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step("rename");
    this.#names.set(to, this.#existing(from));
    this.#names.delete(from);
  }

  async link(from: string, to: string): Promise<void> {
    this.#step("link");
    if (this.#names.has(to)) throw systemError("EEXIST");
    this.#names.set(to, this.#existing(from));
  }

  async remove(path: string): Promise<void> {
    this.#step("remove");
    this.#existing(path);
    this.#names.delete(path);
  }

  async cut(path: string, bytes: number): Promise<void> {
    this.#step("cut");
    const content = this.#existing(path);
    content.bytes = content.bytes.subarray(0, bytes);
    content.durable = content.bytes;
  }

  async syncFile(path: string): Promise<void> {
    this.#step("syncFile");
    const content = this.#existing(path);
    content.durable = content.bytes;
  }

  async syncFolder(): Promise<void> {
    this.#step("syncFolder");
    this.#durableNames = new Map(this.#names);
  }

  #existing(path: string): Content {
    const content = this.#names.get(path);
    if (content === undefined) throw systemError("ENOENT");
    return content;
  }

  #step(operation: string): void {
    this.log.push(operation);
    const error = this.fails(operation, this.log.length);
    if (error !== undefined) throw error;
  }
}

function factsOf({ bytes, mode, inode }: Content): FileFacts {
  return { kind: "file", size: bytes.length, mode, identity: `${inode}`, revision: `${inode}:${bytes.length}` };
}
