/**
 * Keeps what is damaged under another name, beside the file: `<name>.damaged`, `<name>.damaged.2` and so on. Such a file
 * is never written or removed again; somebody has to look at it, and to move it away.
 */
import { basename, dirname } from "node:path";
import { copyFile } from "./copy-file.ts";
import type { DurableFs, ReadableFile } from "./durable-fs.ts";
import { formerPath, journalAfter } from "./journal-name.ts";
import { temporaryPath } from "./temporary-name.ts";

const chunkBytes = 256 * 1024;

/** Whether a file of the store's folder is one that was kept because of its damage. */
export function isDamagedName(name: string, path: string): boolean {
  const [, of] = /^(.*)\.damaged(?:\.[1-9][0-9]*)?$/.exec(name) ?? [];
  if (of === undefined) return false;
  return of === basename(path) || of === basename(formerPath(path)) || journalAfter(of, path) !== undefined;
}

export interface KeepingPlace {
  readonly fs: DurableFs;
  /** The store's file. */
  readonly path: string;
  /** For the names of temporary files: 16 hexadecimal digits that nobody has used before. */
  readonly newSuffix: () => string;
}

/** Copies a file that is about to be changed. Gives the copy's name, or that of a file which holds the same already. */
export async function copyAside(place: KeepingPlace, from: string): Promise<string> {
  return kept(place.fs, from, (to) => copyWhole(place, from, to));
}

/** The same for a file that is never changed, but replaced: one more name is enough, where there is such a thing. */
export async function linkAside(place: KeepingPlace, from: string): Promise<string> {
  return kept(place.fs, from, (to) => place.fs.link(from, to).catch(() => copyWhole(place, from, to)));
}

/** Under its name the copy is whole: what a kill leaves of one is a temporary file. */
async function copyWhole({ fs, path, newSuffix }: KeepingPlace, from: string, to: string): Promise<void> {
  const temporary = temporaryPath(path, newSuffix());
  await copyFile(fs, from, temporary);
  await fs.rename(temporary, to);
}

async function kept(fs: DurableFs, from: string, keep: (to: string) => Promise<void>): Promise<string> {
  for (let number = 1; ; number++) {
    const to = number === 1 ? `${from}.damaged` : `${from}.damaged.${number}`;
    if ((await fs.facts(to)) === undefined) {
      await keep(to);
      await fs.syncFolder(dirname(to));
      return to;
    }
    if (await isSame(fs, from, to)) return to;
  }
}

async function isSame(fs: DurableFs, one: string, other: string): Promise<boolean> {
  const [a, b] = [await fs.facts(one), await fs.facts(other)];
  if (a?.size !== b?.size || a === undefined || b === undefined) return false;
  if (a.identity === b.identity) return true;
  const [first, second] = [await fs.openToRead(one), await fs.openToRead(other)];
  try {
    for (let at = 0; at < a.size; at += chunkBytes) {
      if (!(await filled(first, at)).equals(await filled(second, at))) return false;
    }
    return true;
  } finally {
    await first.close();
    await second.close();
  }
}

/** A chunk of the file, or what is left of it. */
async function filled(file: ReadableFile, from: number): Promise<Buffer> {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  for (let length = 0; length < chunkBytes;) {
    const more = await file.read(chunk.subarray(length), from + length);
    if (more === 0) return chunk.subarray(0, length);
    length += more;
  }
  return chunk;
}
