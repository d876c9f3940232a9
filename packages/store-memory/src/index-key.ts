import { encodeColumnText } from "@holdfast/core";
import type { Scalar } from "@holdfast/core";
import type { IndexSpec } from "./compiled-model.ts";
import { slotValue } from "./entry.ts";
import type { Entry } from "./entry.ts";

/**
 * The place of a record in an index, as one text: type, index, tenant, the index's values, id. Texts are compared by
 * the engine itself, in one step and with one access to memory, where comparing values field by field takes many; so
 * all records in all their orders stand in one tree.
 */
export function indexKey(index: IndexSpec, entry: Entry): string {
  let key = indexPrefix(index, entry.record.tenant);
  for (const slot of index.slots) key += encodeValue(slotValue(entry, slot));
  return key + encodeId(entry.record.id);
}

/** What the keys of all records with these first values begin with. */
export function indexPrefix(index: IndexSpec, tenant: string, values: readonly Scalar[] = []): string {
  let prefix = `${index.prefix}${tenant}\0`;
  for (const value of values) prefix += encodeValue(value);
  return prefix;
}

/** Keys from `low` on, and below `high`. */
export interface Span {
  readonly low: string;
  readonly high: string;
}

/** The keys that begin so. */
export function spanOf(prefix: string): Span {
  return { low: prefix, high: behind(prefix) };
}

/** Above every key that begins so: what follows a prefix is a value or an id, and neither begins with this. */
export function behind(prefix: string): string {
  return `${prefix}\uffff`;
}

/** The next text there can be. */
export function next(key: string): string {
  return `${key}\0`;
}

const nullTag = "\u0001";
const falseTag = "\u0002";
const trueTag = "\u0003";
const numberTag = "\u0004";
const textTag = "\u0005";

/** What follows a prefix for every value but null. */
export const lowestNonNull = falseTag;

/** Null first, then booleans, numbers and texts: the encoded values stand in the order of the values. */
export function encodeValue(value: Scalar): string {
  if (value === null) return nullTag;
  if (typeof value === "boolean") return value ? trueTag : falseTag;
  return typeof value === "number" ? encodeNumber(value) : `${encodeTextStart(value)}\0`;
}

/** What the encodings of all texts with this prefix begin with. */
export function encodeTextStart(text: string): string {
  return textTag + inOrderOfUnits(encodeColumnText(text));
}

export function encodeId(id: string): string {
  return inOrderOfUnits(id);
}

const number = new DataView(new ArrayBuffer(8));

/** The eight bytes of the double, such that they stand in its order: negative ones reversed and in front. */
function encodeNumber(value: number): string {
  number.setFloat64(0, value === 0 ? 0 : value);
  const flip = number.getUint8(0) >= 0x80 ? 0xffffffff : 0x80000000;
  const upper = (number.getUint32(0) ^ flip) >>> 0;
  const lower = flip === 0xffffffff ? ~number.getUint32(4) >>> 0 : number.getUint32(4);
  return (
    numberTag +
    String.fromCharCode(upper >>> 24, (upper >>> 16) & 255, (upper >>> 8) & 255, upper & 255) +
    String.fromCharCode(lower >>> 24, (lower >>> 16) & 255, (lower >>> 8) & 255, lower & 255)
  );
}

const highUnits = /[\ud800-\uffff]/;

/** Well-formed text such that its UTF-16 units stand in the order of code points: surrogates come above all others. */
function inOrderOfUnits(text: string): string {
  if (!highUnits.test(text)) return text;
  let moved = "";
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    moved += String.fromCharCode(unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);
  }
  return moved;
}
