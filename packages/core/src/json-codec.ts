import { HoldfastError, isOwnError } from "./errors.ts";
import { hasPlainPrototype, shownName } from "./handed-in.ts";
import { isJsonObject } from "./json-object.ts";
import { quickCopy } from "./quick-copy.ts";
import type { JsonObject, JsonValue } from "./record.ts";

/** Objects and arrays within one another, the document itself counted. */
export const depthMost = 500;

/** Characters of a class's name that a message shows at most. */
const shownMost = 60;
/** Of one UTF-16 unit. */
const utf8BytesMost = 3;

export interface EncodedJson {
  /** A deep copy: nothing of it is shared with what was handed in. The same that `JSON.parse` makes of the text. */
  readonly body: JsonObject;
  /** What `JSON.stringify` makes of the copy. */
  readonly text: string;
}

type Path = readonly (string | number)[];
interface Walk {
  /** Characters that the text may still take. */
  left: number;
  readonly path: (string | number)[];
  readonly ancestors: Set<object>;
  readonly bytesMost: number;
}

/**
 * Any value in, portable JSON out. Properties that are undefined are absent. UNSERIALIZABLE_VALUE with the path for
 * what JSON cannot hold or would change in silence (NaN, functions, Dates, Maps, class instances, cycles, holes, over
 * 500 levels); DOCUMENT_TOO_LARGE for a text of over `bytesMost` bytes of UTF-8, once that much was read. Each property
 * is read once. What `JSON.stringify` passes over is no part of a document: symbol keys, properties that are not
 * enumerable, named properties of lists.
 */
export function encodeJson(value: unknown, bytesMost: number): EncodedJson {
  const body = quickCopy(value, { left: bytesMost, depth: depthMost }) ?? carefulCopy(value, bytesMost);
  if (!isJsonObject(body)) throw unserializable("a document must be an object", []);
  const text = JSON.stringify(body);
  if (text.length * utf8BytesMost > bytesMost && Buffer.byteLength(text) > bytesMost) throw tooLarge(bytesMost);
  return { body, text };
}

/** Says of what cannot be stored why, and where it stands. */
function carefulCopy(value: unknown, bytesMost: number): JsonValue {
  return copyValue(value, { left: bytesMost, path: [], ancestors: new Set(), bytesMost });
}

function copyValue(value: unknown, walk: Walk): JsonValue {
  switch (typeof value) {
    case "string":
      spend(walk, value.length + 2);
      return value;
    case "number":
      if (!Number.isFinite(value)) throw unserializable(`${value} is not a JSON number`, walk.path);
      spend(walk, 1);
      return value === 0 ? 0 : value;
    case "boolean":
      spend(walk, 4);
      return value;
    case "object":
      if (value === null) {
        spend(walk, 4);
        return null;
      }
      return copyObject(value, walk);
    case "bigint":
      throw unserializable("a bigint needs a codec", walk.path);
    default:
      throw unserializable(`JSON cannot hold a value of type ${typeof value}`, walk.path);
  }
}

function copyObject(value: object, walk: Walk): JsonValue {
  if (walk.path.length >= depthMost) throw unserializable(`deeper than ${depthMost} levels`, walk.path);
  if (walk.ancestors.has(value)) throw unserializable("a cycle", walk.path);
  walk.ancestors.add(value);
  spend(walk, 2);
  const copy = guarded(walk, () => (Array.isArray(value) ? copyArray(value, walk) : copyProperties(value, walk)));
  walk.ancestors.delete(value);
  return copy;
}

function copyArray(value: readonly unknown[], walk: Walk): JsonValue {
  const copy: JsonValue[] = [];
  const length: unknown = value.length;
  if (typeof length !== "number") throw unserializable("a list without a length", walk.path);
  for (let at = 0; at < length; at++) {
    walk.path.push(at);
    copy.push(copyValue(value[at], walk));
    walk.path.pop();
  }
  return copy;
}

function copyProperties(value: object, walk: Walk): JsonValue {
  if (!hasPlainPrototype(value)) {
    throw unserializable(`an instance of ${className(Object.getPrototypeOf(value))} needs a codec`, walk.path);
  }
  const copy: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    walk.path.push(key);
    const property: unknown = Reflect.get(value, key);
    if (property !== undefined) {
      spend(walk, key.length + 3);
      setOwn(copy, key, copyValue(property, walk));
    }
    walk.path.pop();
  }
  return copy;
}

/** What a getter or a Proxy throws is told with the path, and never thrown as it is. */
function guarded<T>(walk: Walk, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (isOwnError(thrown)) throw thrown;
    throw unserializable("reading the value failed", walk.path, thrown);
  }
}

function spend(walk: Walk, characters: number): void {
  walk.left -= characters;
  if (walk.left < 0) throw tooLarge(walk.bytesMost);
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

function unserializable(reason: string, path: Path, cause?: unknown): HoldfastError {
  const told = path.map((part) => (typeof part === "string" && part.length > 512 ? `${part.slice(0, 512)}…` : part));
  const shown = told.length > 20 ? [...told.slice(0, 20), "…"] : told;
  return new HoldfastError(`the value at ${pathText(shown)} cannot be stored: ${reason}`, {
    code: "UNSERIALIZABLE_VALUE",
    details: { path: told, reason },
    cause,
  });
}

/** `$.steps[3].cost`, for people. */
function pathText(path: Path): string {
  const parts = path.map((part) =>
    typeof part === "number" ? `[${part}]` : /^[\w$]{1,60}$/.test(part) ? `.${part}` : `[${shownName(part)}]`,
  );
  return `$${parts.join("")}`;
}

function tooLarge(bytesMost: number): HoldfastError {
  return new HoldfastError(`the document is larger than ${bytesMost} bytes`, {
    code: "DOCUMENT_TOO_LARGE",
    details: { bytesMost },
  });
}
