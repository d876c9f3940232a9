import { posix } from "node:path";
import { killImage, powerCuts } from "./crash-images.ts";
import { Disk, root } from "./disk.ts";
import type { DiskOperation } from "./disk-operation.ts";
import { diskOf } from "./disk-image.ts";
import { noFaults } from "./fault.ts";
import type { Faults } from "./fault.ts";
import { FileNode } from "./file-node.ts";
import { FolderNode } from "./folder-node.ts";
import { orderedNames } from "./power-cut-rules.ts";
import { factsOfFile, SourceFile, TargetFile } from "./opened-file.ts";
import type { FileFacts, FileHost } from "./opened-file.ts";
import { diskChance } from "./disk-chance.ts";
import { systemError } from "./system-error.ts";

/**
 * A file system in memory. It notes each operation, fails or does a part where a test wants it to, and knows what a
 * power cut may leave. Operations are done at their call, unless `pause` holds them up.
 */
export class SimulatedFs implements FileHost {
  /** Every operation's name, reads included. */
  readonly log: string[] = [];
  /** What was done to the disk. */
  readonly operations: DiskOperation[];
  /** What programs must never do, and did. */
  readonly violations: string[] = [];
  fails: Faults = noFaults;
  /** Awaited before each operation: other calls go first meanwhile. */
  pause: (() => Promise<void>) | undefined;
  largestRead = 0;
  bytesAtOnce = Number.POSITIVE_INFINITY;
  readonly disk: Disk;
  #isKilled = false;

  constructor(disk: Disk = Disk.empty(orderedNames), operations: DiskOperation[] = []) {
    this.disk = disk;
    this.operations = operations;
  }

  /** The same disk for the next process: this one is dead, and its operations never come to an end. */
  afterKill(): SimulatedFs {
    this.pause = () => new Promise(() => undefined);
    this.#isKilled = true;
    return new SimulatedFs(this.disk, this.operations);
  }

  textOf(path: string): string | undefined {
    const node = this.disk.find(path)?.node;
    return node instanceof FileNode ? node.live.toString() : undefined;
  }

  /** As if the file had been there, synced, since long ago. */
  place(path: string, bytes: Buffer | string): void {
    this.disk.place(path, Buffer.from(bytes), 0o600);
  }

  /** The names of all files, in order. */
  names(): readonly string[] {
    return namesBelow(this.disk, root).sort();
  }

  /** What the end of the process would leave at this moment, all of it on the medium. */
  killed(): SimulatedFs {
    return new SimulatedFs(diskOf(killImage(this.disk), this.disk.rules));
  }

  /** What a power cut may leave at this moment: all there is, or so many by chance, always the same. */
  powerCuts(limit = 32): readonly SimulatedFs[] {
    const { images } = powerCuts(this.disk, limit, diskChance(1));
    return images.map((image) => new SimulatedFs(diskOf(image, this.disk.rules)));
  }

  async realPath(path: string): Promise<string> {
    await this.enter("realPath");
    if (this.disk.find(path) === undefined) throw systemError("ENOENT");
    return path;
  }

  async makeFolder(path: string): Promise<string | undefined> {
    await this.enter("makeFolder");
    let uppermost: string | undefined;
    const missing: string[] = [];
    for (let at = path; this.disk.find(at) === undefined; at = posix.dirname(at)) missing.unshift(at);
    for (const each of missing) {
      this.done({ kind: "makeFolder", path: each });
      uppermost ??= each;
    }
    return uppermost;
  }

  async checkWritable(): Promise<void> {
    await this.enter("checkWritable");
  }

  async facts(path: string): Promise<FileFacts | undefined> {
    if (this.pause !== undefined) await this.pause();
    return this.factsNow(path);
  }

  factsNow(path: string): FileFacts | undefined {
    this.enterNow("facts");
    const found = this.disk.find(path);
    if (found === undefined) return undefined;
    if (found.node instanceof FileNode) return factsOfFile(this.disk, found.id);
    return { kind: "folder", size: 0, mode: 0o700, identity: `${found.id}`, revision: `${found.id}` };
  }

  async list(folder: string): Promise<readonly string[]> {
    await this.enter("list");
    const node = this.disk.find(folder)?.node;
    if (node === undefined) throw systemError("ENOENT");
    if (node instanceof FileNode) throw systemError("ENOTDIR");
    return [...node.live.keys()];
  }

  async openToRead(path: string): Promise<SourceFile> {
    await this.enter("openToRead");
    const found = this.disk.find(path);
    if (found === undefined) throw systemError("ENOENT");
    return new SourceFile(this, found.id, (bytes) => (this.largestRead = Math.max(this.largestRead, bytes)));
  }

  async create(path: string, mode: number): Promise<TargetFile> {
    await this.enter(`create ${mode.toString(8)}`);
    return new TargetFile(this, this.done({ kind: "create", path, mode }) ?? 0);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.enter("rename");
    this.done({ kind: "rename", from, to });
  }

  async link(from: string, to: string): Promise<void> {
    await this.enter("link");
    this.done({ kind: "link", from, to });
  }

  async remove(path: string): Promise<void> {
    await this.enter("remove");
    this.done({ kind: "remove", path });
  }

  async syncFile(path: string): Promise<void> {
    await this.enter("syncFile");
    const found = this.disk.find(path);
    if (found === undefined) throw systemError("ENOENT");
    await new TargetFile(this, found.id).sync();
  }

  async syncFolder(path: string): Promise<void> {
    await this.enter("syncFolder");
    this.done({ kind: "syncFolder", path });
  }

  /** Notes an operation, and fails it where a test says so; else gives the most bytes that it may do. */
  async enter(operation: string): Promise<number> {
    if (this.pause !== undefined) await this.pause();
    return this.enterNow(operation);
  }

  /** The same for an operation that is done on the calling thread, which nothing holds up. */
  enterNow(operation: string): number {
    if (this.#isKilled) throw systemError("ESRCH");
    this.log.push(operation);
    const fault = this.fails(operation, this.log.length);
    if (fault instanceof Error) throw fault;
    return Math.min(fault?.atMost ?? Number.POSITIVE_INFINITY, this.bytesAtOnce);
  }

  done(operation: DiskOperation): number | undefined {
    if (this.#isKilled) return undefined;
    const made = this.disk.apply(operation);
    this.operations.push(operation);
    return made;
  }
}

function namesBelow(disk: Disk, folder: number): string[] {
  const node = disk.node(folder);
  if (!(node instanceof FolderNode)) return [];
  return [...node.live].flatMap(([name, id]) => (disk.node(id) instanceof FolderNode ? namesBelow(disk, id) : [name]));
}
