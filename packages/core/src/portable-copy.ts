import { hasPlainPrototype } from "./handed-in.ts";
import type { JsonObject, JsonValue } from "./record.ts";

/** Objects and arrays within one another, the document itself counted. */
export const depthMost = 500;

/** Characters of a class's name that a message shows at most. */
const shownMost = 60;

type Part = string | number;

/** Why a value is no portable JSON. Thrown where that is found; those above add where they stand on its way out. */
export class NotPortable extends Error {
  readonly reason: string;
  /** What is above, from within to without. */
  readonly trail: { readonly value: object; readonly part: Part | undefined }[] = [];

  constructor(reason: string, cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
    thrownHere.add(this);
  }

  /** Asks nothing of what was thrown: a getter may throw a Proxy. */
  static is(thrown: unknown): thrown is NotPortable {
    return isThrownHere(thrown) && thrown instanceof NotPortable;
  }
}

/** Thrown for a value whose text would be longer than it may be. */
export class TooLong extends Error {
  constructor() {
    super();
    thrownHere.add(this);
  }

  static is(thrown: unknown): thrown is TooLong {
    return isThrownHere(thrown) && thrown instanceof TooLong;
  }
}

const thrownHere = new WeakSet();

function isThrownHere(thrown: unknown): thrown is object {
  return typeof thrown === "object" && thrown !== null && thrownHere.has(thrown);
}

/** What was thrown while a value was read; whatever a getter or a Proxy throws is never thrown as it is. */
export function notPortable(thrown: unknown): NotPortable {
  return NotPortable.is(thrown) ? thrown : new NotPortable("reading the value failed", thrown);
}

/** What a copy may take; counted down as it is made. */
export interface CopyBudget {
  /** Characters of text. */
  left: number;
}

/**
 * A deep copy of portable JSON: the same that `JSON.parse` makes of its text. Each property is read once. Throws
 * `NotPortable` for what JSON cannot hold or would change in silence, and `TooLong` once more was read than may be.
 */
export function portableCopy(value: unknown, budget: CopyBudget, depth = 0): JsonValue {
  switch (typeof value) {
    case "string":
      spend(budget, value.length + 2);
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new NotPortable(`${value} is not a JSON number`);
      spend(budget, 1);
      // JSON has one zero.
      return value === 0 ? 0 : value;
    case "boolean":
      spend(budget, 4);
      return value;
    case "object":
      if (value === null) {
        spend(budget, 4);
        return null;
      }
      if (depth >= depthMost) throw new NotPortable(`deeper than ${depthMost} levels`);
      spend(budget, 2);
      return Array.isArray(value) ? copyArray(value, budget, depth + 1) : copyProperties(value, budget, depth + 1);
    case "bigint":
      throw new NotPortable("a bigint needs a codec");
    default:
      throw new NotPortable(`JSON cannot hold a value of type ${typeof value}`);
  }
}

/** Lists are copies of it, as is all that a batch keeps by the thousand: docs/decisions/0068. */
const emptyList: readonly JsonValue[] = [];

function copyArray(value: readonly unknown[], budget: CopyBudget, depth: number): JsonValue {
  const copy = [...emptyList];
  let part: number | undefined;
  try {
    const length: unknown = value.length;
    if (typeof length !== "number") throw new NotPortable("a list without a length");
    for (part = 0; part < length; part++) copy.push(portableCopy(value[part], budget, depth));
    return copy;
  } catch (thrown) {
    throw passedOn(thrown, value, part);
  }
}

/** The same of an object, without the properties of these names, of which nothing is read. */
export function portableFields(value: object, omitted: ReadonlySet<string>, budget: CopyBudget): JsonObject {
  spend(budget, 2);
  return copyProperties(value, budget, 1, omitted);
}

const none: ReadonlySet<string> = new Set();

function copyProperties(value: object, budget: CopyBudget, depth: number, omitted = none): JsonObject {
  const copy: Record<string, JsonValue> = {};
  let part: string | undefined;
  try {
    if (!hasPlainPrototype(value)) {
      throw new NotPortable(`an instance of ${className(Object.getPrototypeOf(value))} needs a codec`);
    }
    for (part of Object.keys(value)) {
      if (omitted.has(part)) continue;
      const property: unknown = Reflect.get(value, part);
      if (property === undefined) continue;
      spend(budget, part.length + 3);
      setOwn(copy, part, portableCopy(property, budget, depth));
    }
    return copy;
  } catch (thrown) {
    throw passedOn(thrown, value, part);
  }
}

function passedOn(thrown: unknown, value: object, part: Part | undefined): Error {
  if (TooLong.is(thrown)) return thrown;
  const refused = notPortable(thrown);
  refused.trail.push({ value, part });
  return refused;
}

function spend(budget: CopyBudget, characters: number): void {
  budget.left -= characters;
  if (budget.left < 0) throw new TooLong();
}

function setOwn(target: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function className(prototype: unknown): string {
  const constructor: unknown =
    typeof prototype === "object" && prototype !== null ? Reflect.get(prototype, "constructor") : undefined;
  const name: unknown = typeof constructor === "function" ? constructor.name : undefined;
  return typeof name === "string" && name !== "" ? name.slice(0, shownMost) : "a class";
}
