import { JsonBuilder, type OnTwice } from "./json-builder.ts";
import { JsonScanner, mark } from "./json-scanner.ts";
import type { LosslessJson } from "./lossless-json.ts";
import { corruptText, notUtf8At } from "./text-damage.ts";

/** Objects and lists within one another that a document of a store may have, the document itself counted. */
const depthMost = 500;

/**
 * The next value of a text, which the scanner then stands behind; undefined where it is deeper than a document may be.
 * Of a name that stands twice in an object the last value counts, as for Python, and `onTwice` is told of the others.
 */
export function readValue(scanner: JsonScanner, onTwice: OnTwice = () => undefined): LosslessJson | undefined {
  const builder = new JsonBuilder(depthMost, onTwice);
  do {
    if (!beginValue(scanner, builder)) endValue(scanner, builder);
  } while (builder.isOpen);
  return builder.value;
}

/** Whether a container was opened that holds something, which comes next. */
function beginValue(scanner: JsonScanner, builder: JsonBuilder): boolean {
  const kind = scanner.take(mark.openObject) ? "object" : scanner.take(mark.openList) ? "list" : undefined;
  if (kind === undefined) {
    builder.add(scanner.readScalar());
    return false;
  }
  builder.open(kind);
  if (scanner.take(kind === "object" ? mark.closeObject : mark.closeList)) {
    builder.close();
    return false;
  }
  if (kind === "object") builder.name(scanner.readName());
  return true;
}

/** Closes what ends behind a value, as far as it does. */
function endValue(scanner: JsonScanner, builder: JsonBuilder): void {
  while (builder.isOpen) {
    if (scanner.take(mark.comma)) {
      if (builder.isInObject) builder.name(scanner.readName());
      return;
    }
    scanner.expect(builder.isInObject ? mark.closeObject : mark.closeList);
    builder.close();
  }
}

/**
 * The one value that a text of Python's `json` holds; undefined where it is deeper than a document may be. STORE_CORRUPT
 * with the place where it is not such a text.
 */
export function readJson(text: string | Buffer, onTwice?: OnTwice): LosslessJson | undefined {
  const bytes = typeof text === "string" ? utf8(text) : text;
  const damaged = notUtf8At(bytes);
  if (damaged !== undefined) throw corruptText(bytes, damaged, "bytes that are no UTF-8");
  const scanner = new JsonScanner(bytes);
  const value = readValue(scanner, onTwice);
  scanner.skipSpace();
  if (!scanner.isAtEnd) throw scanner.unexpected("something behind the end of the value");
  return value;
}

/** The bytes of a text; half of a surrogate pair, which UTF-8 has no bytes for, stands there escaped. */
export function utf8(text: string): Buffer {
  const escaped = (half: string): string => `\\u${half.charCodeAt(0).toString(16)}`;
  return Buffer.from(text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, escaped));
}
