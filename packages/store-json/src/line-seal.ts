/**
 * Each line of a snapshot is an object whose last member is the sum of all before it, so that a line is proven whole by
 * itself, whatever happened to the rest of the file.
 */
import { isJsonObject } from "@holdfast/core";
import { sumOf, sumText } from "./sums.ts";

/** A line's object without its last brace, and its sum. */
export interface SealedText {
  readonly text: string;
  readonly sum: number;
}

const sumStart = Buffer.from(',"sum":"');
const quote = 0x22;
const digits = Buffer.from("0123456789abcdef");
const tailBytes = sumStart.length + 8 + 1;

/** `inner` is the text of an object without its last brace, and so is what comes back. */
export function sealed(inner: string): SealedText {
  const sum = sumOf(inner);
  return { text: inner + sealEnd(sum), sum };
}

/** What stands behind the text of an object without its last brace. */
export function sealEnd(sum: number): string {
  return `,"sum":"${sumText(sum)}"`;
}

/** What stood before the seal; undefined where there is none, or where it is not that of what stands before it. */
export function unsealed(text: Buffer): { readonly inner: Buffer; readonly sum: number } | undefined {
  const end = text.length - tailBytes;
  if (end < 0 || text[text.length - 1] !== quote) return undefined;
  for (let at = 0; at < sumStart.length; at++) if (text[end + at] !== sumStart[at]) return undefined;
  const inner = text.subarray(0, end);
  const sum = sumOf(inner);
  return isSumAt(text, end + sumStart.length, sum) ? { inner, sum } : undefined;
}

/** Whether the eight digits here are the sum's, as we write them. */
function isSumAt(text: Buffer, start: number, sum: number): boolean {
  for (let at = 0; at < 8; at++) if (text[start + at] !== digits[(sum >>> (28 - 4 * at)) & 15]) return false;
  return true;
}

/** The same of an object that was read from a file which somebody re-formatted: its content, written as we write it. */
export function provenSum(value: unknown): number | undefined {
  const members = isJsonObject(value) ? Object.entries(value) : [];
  const end = members.findIndex(([name]) => name === "sum");
  if (end === -1) return undefined;
  const sum = sumOf(JSON.stringify(Object.fromEntries(members.slice(0, end))).slice(0, -1));
  return members[end]?.[1] === sumText(sum) ? sum : undefined;
}
