/**
 * One copy at a time into one store, whoever runs it and wherever: who copies holds a hold of the target's, under a name
 * that says on which host and in which process. It stands in the default tenant, whichever view is copied into, so that
 * all see it. Holds are no records, so nothing of it is in the copy. It is renewed by the clock, also while a transaction
 * takes long. On the same host it counts for as long as its process lives, and is released by the next copy once that is
 * gone; on another host it ends by itself, a minute after it was last renewed. Where writers take turns, a renewal waits
 * for the end of a transaction; who shares such a store's file between containers has nobody else to see that. Where two
 * begin in the same moment, both may be refused, and each tries again for a short time.
 */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";

import { defaultTenant, HoldfastError, systemCode, type ChangeCursor, type Hold, type Store } from "@holdfast/core";

const prefix = "copy-";
const forMs = 60_000;
const renewMs = 15_000;
const triesMost = 6;
/** Of a hold whose process seems to live but renews it no more: a day. */
const livesMostUs = 86_400_000_000;
/** Between two tries, at most. */
const pauseMs = 60;

/** The locks of this process that are held. */
const own = new Set<string>();

/** STORE_LOCKED while another copy into the store is under way. The lock ends when it is disposed of. */
export async function lockTarget(store: Store): Promise<AsyncDisposable> {
  const to = store.tenant(defaultTenant);
  const hold = { name: newName(), forMs };
  own.add(hold.name);
  try {
    const cursor = await firstCursor(to);
    for (let tries = 1; ; tries++) {
      await takeHold(to, cursor, hold);
      const other = await otherCopy(to, hold.name);
      if (other === undefined) return held(to, cursor, hold);
      await to.releaseHold(hold.name);
      if (tries === triesMost) throw locked(other);
      await setTimeout(Math.random() * pauseMs);
    }
  } catch (thrown) {
    own.delete(hold.name);
    throw thrown;
  }
}

function held(
  to: Store,
  cursor: ChangeCursor | undefined,
  hold: { readonly name: string; readonly forMs: number },
): AsyncDisposable {
  let renewing: Promise<void> | undefined;
  // What fails is tried again the next time; a store that is away takes no copy either.
  const renewed = (): Promise<void> => takeHold(to, cursor, hold).catch(() => undefined);
  const renew = (): void => {
    renewing ??= renewed().finally(() => (renewing = undefined));
  };
  const timer = setInterval(renew, renewMs).unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await renewing;
      own.delete(hold.name);
      // What cannot be released now ends by itself.
      await to.releaseHold(hold.name).catch(() => undefined);
    },
  };
}

async function firstCursor(to: Store): Promise<ChangeCursor | undefined> {
  for await (const { next } of to.changes()) return next;
  return undefined;
}

/** A hold is taken when its follower asks for what is behind its cursor. */
async function takeHold(
  to: Store,
  cursor: ChangeCursor | undefined,
  hold: { name: string; forMs: number },
): Promise<void> {
  await to.changes(cursor, { hold })[Symbol.asyncIterator]().next();
}

/** A copy that is under way; those whose processes are gone are released. */
async function otherCopy(to: Store, name: string): Promise<Hold | undefined> {
  const { holds } = await to.stats();
  const now = await to.now();
  for (const hold of holds) {
    if (!hold.name.startsWith(prefix) || hold.name === name) continue;
    if (!isOver(hold, now)) return hold;
    await to.releaseHold(hold.name);
  }
  return undefined;
}

/** A process number may be another's by now, so no hold counts for ever. */
function isOver({ name, moved, expires }: Hold, now: number): boolean {
  const { host, process: id } = parseName(name);
  if (host !== hostText()) return expires <= now;
  return moved + livesMostUs <= now || (id === process.pid ? !own.has(name) : isGone(id));
}

function isGone(id: number): boolean {
  try {
    process.kill(id, 0);
    return false;
  } catch (thrown) {
    return systemCode(thrown) === "ESRCH";
  }
}

function newName(): string {
  return `${prefix}${process.pid}-${randomBytes(4).toString("hex")}-${hostText()}`;
}

function parseName(name: string): { readonly host: string; readonly process: number } {
  const [, id = "", host = ""] = /^copy-(\d+)-[0-9a-f]+-(.*)$/.exec(name) ?? [];
  return { host, process: Number(id) };
}

/** Of what a hold's name may have. */
function hostText(): string {
  return hostname()
    .replace(/[^A-Za-z0-9_-]/g, "-")
    .slice(0, 32);
}

function locked({ name, since }: Hold): HoldfastError {
  const { host, process: id } = parseName(name);
  return new HoldfastError(
    `another copy into this store is under way, by process ${id} on ${host}: wait for its end, then copy again`,
    { code: "STORE_LOCKED", details: { host, process: id, since } },
  );
}
