import { posix } from "node:path";
import { root } from "./disk.ts";
import type { Disk } from "./disk.ts";
import { imageOf } from "./disk-image.ts";
import type { DiskImage, ImageFile } from "./disk-image.ts";
import { FileNode } from "./file-node.ts";
import { FolderNode } from "./folder-node.ts";
import type { Names } from "./folder-node.ts";
import type { Chance } from "@holdfast-tooling/chance";

/** Which names there are, before it is said what the files hold. */
interface Skeleton {
  readonly folders: readonly string[];
  readonly files: readonly { readonly path: string; readonly id: number }[];
}

export interface PowerCuts {
  /** How many images there are to choose from. */
  readonly count: number;
  /** Whether all of them are given, or a sample. */
  readonly isComplete: boolean;
  /** Each image once. */
  readonly images: readonly DiskImage[];
}

/** What the end of the process leaves, while the machine goes on: everything that was done. */
export function killImage(disk: Disk): DiskImage {
  const [skeleton = { folders: [], files: [] }] = skeletonsOf(disk, root, "", (folder) => [folder.live]);
  return imageOf(
    skeleton.folders,
    skeleton.files.map(({ path, id }) => fileOf(disk, path, id, disk.file(id).live)),
  );
}

/** What a power cut at this moment may leave: all images where there are no more than `limit`, else so many by chance. */
export function powerCuts(disk: Disk, limit: number, chance: Chance): PowerCuts {
  const skeletons = skeletonsOf(disk, root, "", (folder) => folder.outcomes(disk.rules, chance));
  const counts = skeletons.map(({ files }) => files.reduce((all, { id }) => all * disk.file(id).countContents(), 1));
  const count = counts.reduce((sum, each) => sum + each, 0);
  const isComplete = count <= limit;
  const found = isComplete
    ? skeletons.flatMap((skeleton) => [...imagesOf(disk, skeleton)])
    : Array.from({ length: limit }, () => sampled(disk, skeletons[chance.below(skeletons.length)], chance));
  return { count, isComplete, images: [...new Map(found.map((image) => [image.key, image])).values()] };
}

/** Every way in which the names below a folder may have come out. */
function skeletonsOf(
  disk: Disk,
  id: number,
  path: string,
  outcomes: (folder: FolderNode) => readonly Names[],
): readonly Skeleton[] {
  const folder = disk.node(id);
  if (!(folder instanceof FolderNode)) return [];
  return outcomes(folder).flatMap((names) => {
    const own: Skeleton = { folders: path === "" ? [] : [path], files: filesIn(disk, names, path) };
    let skeletons: readonly Skeleton[] = [own];
    for (const [name, node] of names) {
      if (!(disk.node(node) instanceof FolderNode)) continue;
      const below = skeletonsOf(disk, node, posix.join("/", path, name), outcomes);
      skeletons = skeletons.flatMap((each) => below.map((more) => joined(each, more)));
    }
    return skeletons;
  });
}

function filesIn(disk: Disk, names: Names, path: string): Skeleton["files"] {
  return [...names]
    .filter(([, id]) => disk.node(id) instanceof FileNode)
    .map(([name, id]) => ({ path: posix.join("/", path, name), id }));
}

function joined(one: Skeleton, other: Skeleton): Skeleton {
  return { folders: [...one.folders, ...other.folders], files: [...one.files, ...other.files] };
}

function* imagesOf(disk: Disk, { folders, files }: Skeleton): Iterable<DiskImage> {
  const choices = files.map(({ path, id }) => contentsOf(disk.file(id)).map((bytes) => fileOf(disk, path, id, bytes)));
  for (const chosen of combined(choices)) yield imageOf(folders, chosen);
}

function contentsOf(file: FileNode): readonly Buffer[] {
  return file.isSettled ? [file.live] : [...file.contents()];
}

function sampled(disk: Disk, skeleton: Skeleton | undefined, chance: Chance): DiskImage {
  const { folders, files } = skeleton ?? { folders: [], files: [] };
  return imageOf(
    folders,
    files.map(({ path, id }) => {
      const file = disk.file(id);
      return fileOf(disk, path, id, file.isSettled ? file.live : file.sample(chance));
    }),
  );
}

function fileOf(disk: Disk, path: string, id: number, bytes: Buffer): ImageFile {
  return { path, bytes, mode: disk.file(id).mode };
}

function* combined<T>(choices: readonly (readonly T[])[], at = 0): Iterable<readonly T[]> {
  const options = choices[at];
  if (options === undefined) {
    yield [];
    return;
  }
  for (const rest of combined(choices, at + 1)) for (const option of options) yield [option, ...rest];
}
