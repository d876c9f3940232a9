/**
 * How what a caller hands in is read: each property once, own ones only, from plain objects. So a check and a use never
 * see two values, nothing counts that a prototype lends, and what a getter or a Proxy throws comes out under a code.
 */
import { HoldfastError, isOwnError } from "./errors.ts";
import type { ErrorCode } from "./errors.ts";

/** What is being read, for the error where it is not what it should be. */
export interface HandedIn {
  /** As a sentence begins: "a query". */
  readonly what: string;
  readonly code: ErrorCode;
}

export type Taken<N extends string> = { readonly [K in N]?: unknown };

const shownMost = 60;
/** Far above what any call takes: properties that are undefined are not counted one by one. */
const keysMost = 1_000;

/** What `read` gives. An error that is not ours, as hostile values throw, is the cause of one with this code. */
export function readHandedIn<T>(handedIn: HandedIn, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (isOwnError(thrown)) throw thrown;
    throw refused(handedIn, "cannot be read", thrown);
  }
}

/** The properties of a plain object, all of which must have one of these names; undefined counts as absent. */
export function takeOnly<N extends string>(value: unknown, names: readonly N[], handedIn: HandedIn): Taken<N> {
  checkPlain(value, handedIn);
  const keys = Object.keys(value);
  if (keys.length > keysMost) throw refused(handedIn, `has at most ${names.length} properties`);
  const known: readonly string[] = names;
  const taken: { [K in string]?: unknown } = {};
  for (const key of keys) {
    const property: unknown = Reflect.get(value, key);
    if (property === undefined) continue;
    if (!known.includes(key)) throw refused(handedIn, `has no ${shownName(key)}, only ${names.join(", ")}`);
    taken[key] = property;
  }
  return taken as Taken<N>;
}

/** These own properties of an object of any kind; whatever else it has is left alone. */
export function takeSome<N extends string>(value: unknown, names: readonly N[], handedIn: HandedIn): Taken<N> {
  if (typeof value !== "object" || value === null) throw refused(handedIn, `is { ${names.join(", ")} }`);
  const taken: { [K in N]?: unknown } = {};
  for (const name of names) if (Object.hasOwn(value, name)) taken[name] = Reflect.get(value, name);
  return taken;
}

/** A copy of a list, by its length and not by what its iterator or its own methods say. */
export function takeList(value: unknown, most: number, handedIn: HandedIn): readonly unknown[] {
  if (!Array.isArray(value)) throw refused(handedIn, "is a list");
  const length: unknown = value.length;
  if (typeof length !== "number" || !(length <= most)) throw refused(handedIn, `has at most ${most} entries`);
  const taken: unknown[] = [];
  for (let at = 0; at < length; at++) taken.push(value[at]);
  return taken;
}

/** Refuses what is no plain object: a Map or a promise has no own properties, and would ask for nothing. */
export function checkPlain(value: unknown, handedIn: HandedIn): asserts value is object {
  const isPlain = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isPlain || !hasPlainPrototype(value)) throw refused(handedIn, "is a plain object");
}

/** Whether the prototype is none, or that of object literals, of this realm or of another one. */
export function hasPlainPrototype(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  if (typeof prototype !== "object") return false;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

/** A name from outside, as it may stand in a message. */
export function shownName(name: string): string {
  return JSON.stringify(name.length > shownMost ? `${name.slice(0, shownMost)}…` : name);
}

function refused({ what, code }: HandedIn, sentence: string, cause?: unknown): HoldfastError {
  return new HoldfastError(`${what} ${sentence}`, { code, cause });
}
