import { portableCopy, notPortable, TooLong } from "./portable-copy.ts";
import type { NotPortable } from "./portable-copy.ts";
import { HoldfastError } from "./errors.ts";
import { documentOf, takeGiven } from "./given-document.ts";
import { shownName } from "./handed-in.ts";
import { isJsonObject } from "./json-object.ts";
import type { JsonObject, JsonValue } from "./record.ts";

export interface EncodedJson {
  /** A deep copy, or what was given away: nobody else holds any of it. The same that `JSON.parse` makes of the text. */
  readonly body: JsonObject;
  /** What `JSON.stringify` makes of the copy. */
  readonly text: string;
}

/** What is encoded is told by copies of it, as is all that a batch keeps by the thousand: docs/decisions/0068. */
const encodedShape: EncodedJson = { body: {}, text: "" };

type Path = readonly (string | number)[];

/** Of one UTF-16 unit. */
const utf8BytesMost = 3;
/** Parts of a path that a message shows. */
const partsShown = 20;

/**
 * Any value in, portable JSON out. Properties that are undefined are absent. UNSERIALIZABLE_VALUE with the path for
 * what JSON cannot hold or would change in silence (NaN, functions, Dates, Maps, class instances, cycles, holes, over
 * 500 levels); DOCUMENT_TOO_LARGE for a text of over `bytesMost` bytes of UTF-8, once that much was read. Each property
 * is read once. What `JSON.stringify` passes over is no part of a document: symbol keys, properties that are not
 * enumerable, named properties of lists.
 */
export function encodeJson(value: unknown, bytesMost: number): EncodedJson {
  const body = takeGiven(value) ?? copied(documentOf(value), bytesMost);
  if (!isJsonObject(body)) throw unserializable("a document must be an object", []);
  const text = JSON.stringify(body);
  if (text.length * utf8BytesMost > bytesMost && Buffer.byteLength(text) > bytesMost) throw tooLarge(bytesMost);
  return { ...encodedShape, body, text };
}

function copied(value: unknown, bytesMost: number): JsonValue {
  try {
    return portableCopy(value, { left: bytesMost });
  } catch (thrown) {
    throw TooLong.is(thrown) ? tooLarge(bytesMost) : explained(notPortable(thrown));
  }
}

/** A cycle is told where it closes: nothing else comes by the same object twice on the way down. */
function explained({ reason, trail, cause }: NotPortable): HoldfastError {
  const way = trail.toReversed();
  const met = new Set<object>();
  const path: (string | number)[] = [];
  for (const { value, part } of way) {
    if (met.has(value)) return unserializable("a cycle", path);
    met.add(value);
    if (part !== undefined) path.push(part);
  }
  return unserializable(reason, path, cause);
}

function unserializable(reason: string, path: Path, cause?: unknown): HoldfastError {
  const told = path.map((part) => (typeof part === "string" && part.length > 512 ? `${part.slice(0, 512)}…` : part));
  const shown = told.length > partsShown ? [...told.slice(0, partsShown), "…"] : told;
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
