/**
 * Makes the place of a store ready for its one writer: folders, leftovers of killed processes, and what these may have left
 * in the system's memory alone. All of it happens under the store's lock, but for the folders and the path.
 */
import { basename, dirname, join } from "node:path";
import { HoldfastError } from "@holdfast/core";
import type { Durability, Logger } from "@holdfast/core";
import { writeAnew } from "./copy-file.ts";
import type { DurableFs } from "./durable-fs.ts";
import { findJournals } from "./find-journals.ts";
import { formerPath } from "./journal-name.ts";
import { linkAside } from "./keep-aside.ts";
import type { OpenedFiles } from "./open-files.ts";
import { notAFile } from "./not-a-file.ts";
import { isTemporaryName, temporaryPath } from "./temporary-name.ts";

export interface StorePlace {
  readonly fs: DurableFs;
  readonly path: string;
  readonly durability: Durability;
  readonly logger: Logger;
  readonly newSuffix: () => string;
}

/**
 * Makes the folders, and sees to it that they outlive a power cut as the file in them will. Above a new store, all of
 * them: whoever made them may have been killed before that.
 */
export async function prepareFolder(fs: DurableFs, path: string): Promise<void> {
  const folder = dirname(path);
  const uppermost = await fs.makeFolder(folder);
  if ((await fs.facts(path)) !== undefined) return;
  let isOwn = uppermost !== undefined;
  for (let made = folder; dirname(made) !== made; made = dirname(made)) {
    const synced = fs.syncFolder(dirname(made));
    await (isOwn ? synced : synced.catch(throwIfBroken));
    if (made === uppermost) isOwn = false;
  }
}

/** A folder that others made may be one that we have no right to sync. */
function throwIfBroken(thrown: unknown): void {
  if (thrown instanceof Error && "code" in thrown && thrown.code === "EIO") throw thrown;
}

/** One path for one file, by whatever links it is reached. */
export async function resolvedPath(fs: DurableFs, path: string): Promise<string> {
  try {
    return await fs.realPath(path);
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT")) throw thrown;
    const folder = await fs.realPath(dirname(path));
    if (!(await fs.list(folder)).includes(basename(path))) return join(folder, basename(path));
    // Another process may have made it between the two looks.
    const made = await fs.realPath(path).catch(() => undefined);
    if (made !== undefined) return made;
    throw new HoldfastError(`"${path}" is a link to a file that does not exist`, {
      code: "STORE_UNAVAILABLE",
      retryable: false,
      cause: thrown,
      details: { path },
    });
  }
}

/** Refuses a place where no store can be written, before anything is made beside it. */
export async function checkPlace(fs: DurableFs, path: string): Promise<void> {
  const facts = await fs.facts(path);
  if (facts !== undefined && facts.kind !== "file") throw notAFile(path);
  await fs.checkWritable(dirname(path), path);
}

/** What a save left that was killed. The name says whose they are, and the lock that nobody writes them now. */
export async function removeLeftovers({ fs, path, logger }: StorePlace): Promise<void> {
  const folder = dirname(path);
  const names = await fs.list(folder);
  for (const name of names.filter((each) => isTemporaryName(each, path))) {
    const remains = (): void => logger.warn("an unfinished save could not be removed", { path: join(folder, name) });
    await fs.remove(join(folder, name)).catch(remains);
  }
}

/** A save whose process was killed may stand under the file's name already: what is read must outlive a power cut. */
export async function settleNames({ fs, path }: StorePlace): Promise<void> {
  await fs.syncFolder(dirname(path));
}

/**
 * What was read may stand in the system's memory alone: whoever wrote it may have been killed before its sync. And where
 * that sync failed, the system takes it for written: so a round of which nobody knows is written again, to a new file.
 * Where rounds are not synced, the file is, since they rest on it.
 */
export async function settleContents(place: StorePlace, { reached, durable }: OpenedFiles["journals"]): Promise<void> {
  const { fs, path, durability, newSuffix } = place;
  await fs.syncFile(path);
  if (durability !== "power-loss") return;
  const journals = await findJournals(fs, path);
  const doubtful = reached > durable ? journals.at(-1) : undefined;
  for (const journal of journals) {
    if (journal === doubtful) await writeAnew(fs, journal.path, temporaryPath(path, newSuffix()));
    else await fs.syncFile(journal.path);
  }
}

/** The snapshot before the newest takes its place, and the damaged one is kept. Gives the name under which it is. */
export async function restoreFormer(place: StorePlace): Promise<string | undefined> {
  const { fs, path } = place;
  const kept = (await fs.facts(path)) === undefined ? undefined : await linkAside(place, path);
  await fs.rename(formerPath(path), path);
  await fs.syncFolder(dirname(path));
  return kept;
}
