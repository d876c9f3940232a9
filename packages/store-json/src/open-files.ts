/**
 * A store's files, opened together: the newest snapshot with the journals behind it. While a process writes, the snapshot
 * before the newest one stands beside it, with the journals from there on: where the newest turns out damaged, these hold
 * all that it held. Whatever is opened here is only read.
 */
import { HoldfastError } from "@holdfast/core";
import type { DurableFs } from "./durable-fs.ts";
import { findJournals } from "./find-journals.ts";
import type { FoundJournal } from "./find-journals.ts";
import { formerPath } from "./journal-name.ts";
import { openSnapshot, snapshotHeader, snapshotProblem } from "./open-snapshot.ts";
import type { OpenedSnapshot } from "./open-snapshot.ts";
import { readJournals } from "./read-journals.ts";
import type { JournalsRead } from "./read-journals.ts";

export interface OpenedFiles {
  readonly snapshot: OpenedSnapshot;
  readonly journals: JournalsRead;
  /** What is wrong with the newest snapshot, where the former one was taken for it. */
  readonly damage: HoldfastError | undefined;
}

/** Undefined where there is no store. STORE_CORRUPT where what is there does not give all that was acknowledged. */
export async function openFiles(fs: DurableFs, path: string): Promise<OpenedFiles | undefined> {
  const found = await findJournals(fs, path);
  const damage = (await hasFormer(fs, path)) ? await snapshotProblem(fs, path) : undefined;
  if (damage === undefined) return openNewest(fs, path, found);
  const whole = await openFormer(fs, path, found).catch((thrown: unknown) => {
    throw HoldfastError.is(thrown, "STORE_CORRUPT") ? notHelped(damage, thrown) : thrown;
  });
  return { ...whole, damage };
}

/** Whether a snapshot is kept that is another than the newest. */
async function hasFormer(fs: DurableFs, path: string): Promise<boolean> {
  const [newest, former] = [await fs.facts(path), await fs.facts(formerPath(path))];
  return former !== undefined && former.identity !== newest?.identity;
}

async function openNewest(
  fs: DurableFs,
  path: string,
  found: readonly FoundJournal[],
): Promise<OpenedFiles | undefined> {
  const snapshot = await openSnapshot(fs, path);
  const [first] = found;
  if (snapshot === undefined && first !== undefined) throw withoutSnapshot(path, first.path);
  if (snapshot === undefined) return undefined;
  return { snapshot, journals: await journalsBehind(fs, path, found, snapshot), damage: undefined };
}

async function openFormer(
  fs: DurableFs,
  path: string,
  found: readonly FoundJournal[],
): Promise<Omit<OpenedFiles, "damage">> {
  const former = formerPath(path);
  const problem = await snapshotProblem(fs, former);
  if (problem !== undefined) throw problem;
  const snapshot = await openSnapshot(fs, former);
  if (snapshot === undefined) throw incomplete(former);
  const journals = await journalsBehind(fs, path, found, snapshot);
  if (await isComplete(fs, path, found, { round: snapshot.saved.round, journals })) return { snapshot, journals };
  await snapshot.close();
  throw incomplete(former);
}

/** Whether journals reach as far as the newest snapshot did: it says so itself, or the journal that was begun with it does. */
async function isComplete(
  fs: DurableFs,
  path: string,
  found: readonly FoundJournal[],
  former: { readonly round: number; readonly journals: JournalsRead },
): Promise<boolean> {
  const newest = await snapshotHeader(fs, path);
  if (newest !== undefined) return former.journals.reached >= newest.header.round;
  return former.journals.repairs.length === 0 || (found.at(-1)?.after ?? 0) > former.round;
}

async function journalsBehind(
  fs: DurableFs,
  path: string,
  found: readonly FoundJournal[],
  snapshot: OpenedSnapshot,
): Promise<JournalsRead> {
  const { feed, round } = snapshot.saved;
  try {
    return await readJournals(fs, found, { path, store: feed?.store, round });
  } catch (thrown) {
    await snapshot.close();
    throw thrown;
  }
}

function withoutSnapshot(path: string, journal: string): HoldfastError {
  return new HoldfastError(
    `"${path}" is gone, and "${journal}" cannot be read without it; the journal was left as it is`,
    { code: "STORE_CORRUPT", details: { path, journal, reason: "a missing file" } },
  );
}

function incomplete(former: string): HoldfastError {
  return new HoldfastError(`"${former}" and the journals behind it do not reach as far`, { code: "STORE_CORRUPT" });
}

function notHelped(damage: HoldfastError, why: HoldfastError): HoldfastError {
  return new HoldfastError(`${damage.message}. The snapshot before it does not help: ${why.message}`, {
    code: "STORE_CORRUPT",
    cause: why,
    details: damage.details,
  });
}
