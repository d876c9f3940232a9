import type { ServerIdentity } from "./server-facts.ts";

/**
 * The highest number of a transaction that this process has heard of, for each server and history. Only what is
 * committed counts: a crash may give the number of what was not to another transaction.
 */
const heard = new Map<string, bigint>();

/** What was heard of up to now, for `hearNext`. */
export type HeardSoFar = ReadonlyMap<string, bigint>;

export function heardSoFar(): HeardSoFar {
  return new Map(heard);
}

/**
 * Takes note of the number, at the lowest, that the server gives next. Where it had given higher ones before it was
 * asked, a crash has taken numbers back. What was heard of while it was asked is no such sign.
 */
export function hearNext(identity: ServerIdentity, next: string, before: HeardSoFar): void {
  const name = nameOf(identity);
  const last = BigInt(next) - 1n;
  if (last < (before.get(name) ?? 0n)) heard.set(name, last);
  else hear(identity, String(last));
}

/** Takes note of a transaction that is committed. */
export function hear(identity: ServerIdentity, number: string): void {
  const name = nameOf(identity);
  const committed = BigInt(number);
  if (committed > (heard.get(name) ?? 0n)) heard.set(name, committed);
}

/** What is sent from now on gets this number or a higher one. */
export function nextAtLeast(identity: ServerIdentity): string {
  return String((heard.get(nameOf(identity)) ?? 0n) + 1n);
}

function nameOf({ system, timeline }: ServerIdentity): string {
  return `${system} ${timeline}`;
}
