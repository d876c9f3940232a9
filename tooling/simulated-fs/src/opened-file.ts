import type { Disk } from "./disk.ts";
import type { DiskOperation } from "./disk-operation.ts";

export interface FileFacts {
  readonly kind: "file" | "folder";
  readonly size: number;
  readonly mode: number;
  /** Tells one file from another, whatever stands in it and under whatever name. */
  readonly identity: string;
  /** Differs when the file was replaced or changed. */
  readonly revision: string;
}

/** What open files work on. */
export interface FileHost {
  readonly disk: Disk;
  /** Notes what programs must never do, and did. */
  readonly violations: string[];
  /** Notes an operation, and fails it where a test says so; else gives the most bytes that it may do. */
  enter(operation: string): Promise<number>;
  /** The same on the calling thread. */
  enterNow(operation: string): number;
  done(operation: DiskOperation): void;
}

/** A file that is open to be read. */
export class SourceFile {
  readonly #host: FileHost;
  readonly #id: number;
  readonly #noteRead: (bytes: number) => void;

  constructor(host: FileHost, id: number, noteRead: (bytes: number) => void) {
    this.#host = host;
    this.#id = id;
    this.#noteRead = noteRead;
  }

  async facts(): Promise<FileFacts> {
    return factsOfFile(this.#host.disk, this.#id);
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    const most = await this.#host.enter("read");
    this.#noteRead(into.byteLength);
    const bytes = this.#host.disk.file(this.#id).live;
    return bytes.copy(into, 0, position, position + Math.min(into.byteLength, most));
  }

  async close(): Promise<void> {
    await this.#host.enter("closeRead");
  }
}

/** A file that is open to be written. */
export class TargetFile {
  readonly #host: FileHost;
  readonly #id: number;
  #hasFailedSync = false;

  constructor(host: FileHost, id: number) {
    this.#host = host;
    this.#id = id;
  }

  async write(bytes: Uint8Array, position: number): Promise<number> {
    return this.#write(bytes, position, await this.#host.enter("write"));
  }

  writeNow(bytes: Uint8Array, position: number): number {
    return this.#write(bytes, position, this.#host.enterNow("write"));
  }

  #write(bytes: Uint8Array, position: number, most: number): number {
    const part = Buffer.from(bytes.subarray(0, most));
    this.#host.done({ kind: "write", file: this.#id, bytes: part, position });
    return part.length;
  }

  sync(): Promise<void> {
    return this.#sync("sync");
  }

  syncData(): Promise<void> {
    return this.#sync("syncData");
  }

  syncDataNow(): void {
    this.#noteSync("syncData");
    try {
      this.#host.enterNow("syncData");
    } catch (thrown) {
      this.#failSync(thrown);
    }
    this.#host.done({ kind: "sync", file: this.#id });
  }

  async truncate(size: number): Promise<void> {
    await this.#host.enter("truncate");
    this.#host.done({ kind: "truncate", file: this.#id, size });
  }

  async close(): Promise<void> {
    await this.#host.enter("close");
  }

  async #sync(operation: string): Promise<void> {
    this.#noteSync(operation);
    try {
      await this.#host.enter(operation);
    } catch (thrown) {
      this.#failSync(thrown);
    }
    this.#host.done({ kind: "sync", file: this.#id });
  }

  #noteSync(operation: string): void {
    if (this.#hasFailedSync) this.#host.violations.push(`${operation} of file ${this.#id} after one that failed`);
  }

  #failSync(thrown: unknown): never {
    this.#hasFailedSync = true;
    this.#host.done({ kind: "failedSync", file: this.#id });
    throw thrown;
  }
}

export function factsOfFile(disk: Disk, id: number): FileFacts {
  const { live, mode } = disk.file(id);
  return { kind: "file", size: live.length, mode, identity: `${id}`, revision: `${id}:${live.length}` };
}
