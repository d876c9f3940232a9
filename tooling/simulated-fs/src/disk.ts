import { posix } from "node:path";
import type { DiskOperation } from "./disk-operation.ts";
import { FileNode } from "./file-node.ts";
import { FolderNode } from "./folder-node.ts";
import type { PowerCutRules } from "./power-cut-rules.ts";
import { systemError } from "./system-error.ts";

type Node = FileNode | FolderNode;

/** The number of the folder above all. */
export const root = 0;

/** Files and folders, of each what programs see and what the medium may hold. Changed by operations only. */
export class Disk {
  readonly rules: PowerCutRules;
  readonly #nodes: Map<number, Node>;
  #lastNode: number;

  private constructor(rules: PowerCutRules, nodes: Map<number, Node>, lastNode: number) {
    this.rules = rules;
    this.#nodes = nodes;
    this.#lastNode = lastNode;
  }

  static empty(rules: PowerCutRules): Disk {
    return new Disk(rules, new Map([[root, FolderNode.settled()]]), root);
  }

  /** The same disk, which goes its own way from here on. */
  copy(): Disk {
    const nodes = new Map([...this.#nodes].map(([id, node]) => [id, node.copy()] as const));
    return new Disk(this.rules, nodes, this.#lastNode);
  }

  /** As if the file, and the folders above it, had been there on the medium since long ago. */
  place(path: string, bytes: Buffer, mode: number): void {
    this.placeFolder(posix.dirname(path));
    const file = this.#added(FileNode.settled(bytes, mode, this.rules.sectorBytes));
    this.#settle(path, file);
  }

  placeFolder(path: string): void {
    if (this.find(path) !== undefined) return;
    this.placeFolder(posix.dirname(path));
    this.#settle(path, this.#added(FolderNode.settled()));
  }

  /** The node at a path, as programs see it. */
  find(path: string): { readonly id: number; readonly node: Node } | undefined {
    let id = root;
    for (const name of path.split("/").filter((part) => part !== "")) {
      const folder = this.#nodes.get(id);
      const next = folder instanceof FolderNode ? folder.live.get(name) : undefined;
      if (next === undefined) return undefined;
      id = next;
    }
    const node = this.#nodes.get(id);
    return node === undefined ? undefined : { id, node };
  }

  node(id: number): Node | undefined {
    return this.#nodes.get(id);
  }

  /** Gives the number of what was made. Fails as the operating system does. */
  apply(operation: DiskOperation): number | undefined {
    switch (operation.kind) {
      case "makeFolder":
        return this.#make(operation.path, FolderNode.settled());
      case "create":
        return this.#make(operation.path, FileNode.settled(Buffer.alloc(0), operation.mode, this.rules.sectorBytes));
      case "write":
        this.file(operation.file).write(operation.bytes, operation.position);
        return undefined;
      case "truncate":
        this.file(operation.file).truncate(operation.size);
        return undefined;
      case "sync":
        this.#syncFile(operation.file);
        return undefined;
      case "failedSync":
        this.file(operation.file).failSync();
        return undefined;
      case "rename":
        this.#rename(operation.from, operation.to);
        return undefined;
      case "link":
        this.#link(operation.from, operation.to);
        return undefined;
      case "remove":
        this.#existing(operation.path);
        this.#folderOf(operation.path).change([[posix.basename(operation.path), undefined]]);
        return undefined;
      case "syncFolder":
        this.#folder(operation.path).sync();
        return undefined;
      default:
        return operation satisfies never;
    }
  }

  file(id: number): FileNode {
    const node = this.#nodes.get(id);
    if (node instanceof FileNode) return node;
    throw systemError(node === undefined ? "ENOENT" : "EISDIR");
  }

  #make(path: string, node: Node): number {
    if (this.find(path) !== undefined) throw systemError("EEXIST");
    const folder = this.#folderOf(path);
    const id = this.#added(node);
    folder.change([[posix.basename(path), id]]);
    return id;
  }

  #rename(from: string, to: string): void {
    if (posix.dirname(from) !== posix.dirname(to)) throw systemError("EXDEV");
    const id = this.#existing(from);
    const change = [[posix.basename(to), id] as const, [posix.basename(from), undefined] as const];
    this.#folderOf(to).change(from === to ? [] : change);
  }

  #link(from: string, to: string): void {
    const id = this.#existing(from);
    if (this.find(to) !== undefined) throw systemError("EEXIST");
    this.#folderOf(to).change([[posix.basename(to), id]]);
  }

  #syncFile(id: number): void {
    this.file(id).sync();
    const folders = [...this.#nodes.values()].filter((node) => node instanceof FolderNode);
    if (!this.rules.newFileFlushesNames || !folders.some((folder) => folder.isPending(id))) return;
    for (const folder of folders) folder.sync();
  }

  #settle(path: string, id: number): void {
    this.#folderOf(path).place(posix.basename(path), id);
  }

  #added(node: Node): number {
    this.#lastNode += 1;
    this.#nodes.set(this.#lastNode, node);
    return this.#lastNode;
  }

  #existing(path: string): number {
    const found = this.find(path);
    if (found === undefined) throw systemError("ENOENT");
    return found.id;
  }

  #folderOf(path: string): FolderNode {
    return this.#folder(posix.dirname(path));
  }

  #folder(path: string): FolderNode {
    const node = this.#nodes.get(this.#existing(path));
    if (node instanceof FolderNode) return node;
    throw systemError("ENOTDIR");
  }
}
