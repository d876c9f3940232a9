import { hash } from "node:crypto";
import { Disk } from "./disk.ts";
import type { PowerCutRules } from "./power-cut-rules.ts";

export interface ImageFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly mode: number;
}

/** All that a disk holds at one moment. */
export interface DiskImage {
  /** The same for images that hold the same. */
  readonly key: string;
  readonly folders: readonly string[];
  readonly files: readonly ImageFile[];
}

const digests = new WeakMap<Buffer, string>();

export function imageOf(folders: readonly string[], files: readonly ImageFile[]): DiskImage {
  const parts = [...folders, ...files.map(({ path, bytes }) => `${path}=${digestOf(bytes)}`)];
  return { key: parts.sort().join(" "), folders, files };
}

/** A disk that holds the image, all of it on the medium. */
export function diskOf({ folders, files }: DiskImage, rules: PowerCutRules): Disk {
  const disk = Disk.empty(rules);
  for (const folder of folders) disk.placeFolder(folder);
  for (const { path, bytes, mode } of files) disk.place(path, bytes, mode);
  return disk;
}

/** Contents are never changed in place, so each is read once. */
function digestOf(bytes: Buffer): string {
  const known = digests.get(bytes);
  if (known !== undefined) return known;
  const digest = hash("sha1", bytes, "base64");
  digests.set(bytes, digest);
  return digest;
}
