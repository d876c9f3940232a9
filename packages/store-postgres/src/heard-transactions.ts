import type { ServerIdentity } from "./server-facts.ts";

/**
 * The highest number of a transaction that this process has heard of, for each server and history. Only what is
 * committed counts: a crash may give the number of what was not to another transaction.
 */
interface Heard {
  last: bigint;
}

const byName = new Map<string, Heard>();
/** The same: looked up for every write. */
const byIdentity = new WeakMap<ServerIdentity, Heard>();

/** What was heard of up to now, for `hearNext`. */
export type HeardSoFar = ReadonlyMap<string, bigint>;

export function heardSoFar(): HeardSoFar {
  return new Map([...byName].map(([name, { last }]) => [name, last]));
}

/**
 * Takes note of the number, at the lowest, that the server gives next. Where it had given higher ones before it was
 * asked, a crash has taken numbers back. What was heard of while it was asked is no such sign.
 */
export function hearNext(identity: ServerIdentity, next: string, before: HeardSoFar): void {
  const heard = heardOf(identity);
  const last = BigInt(next) - 1n;
  const isTakenBack = last < (before.get(nameOf(identity)) ?? 0n);
  if (isTakenBack || last > heard.last) heard.last = last;
}

/** Takes note of a transaction that is committed. */
export function hear(identity: ServerIdentity, number: string): void {
  const heard = heardOf(identity);
  const committed = BigInt(number);
  if (committed > heard.last) heard.last = committed;
}

/** What is sent from now on gets this number or a higher one. */
export function nextAtLeast(identity: ServerIdentity): bigint {
  return heardOf(identity).last + 1n;
}

function heardOf(identity: ServerIdentity): Heard {
  const known = byIdentity.get(identity);
  if (known !== undefined) return known;
  const heard = byName.get(nameOf(identity)) ?? { last: 0n };
  byName.set(nameOf(identity), heard);
  byIdentity.set(identity, heard);
  return heard;
}

function nameOf({ system, timeline }: ServerIdentity): string {
  return `${system} ${timeline}`;
}
