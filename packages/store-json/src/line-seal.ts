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
const sumEnd = '"';
const tailBytes = sumStart.length + 8 + sumEnd.length;

/** `inner` is the text of an object without its last brace, and so is what comes back. */
export function sealed(inner: string): SealedText {
  const sum = sumOf(inner);
  return { text: `${inner},"sum":"${sumText(sum)}"`, sum };
}

/** What stood before the seal; undefined where there is none, or where it is not that of what stands before it. */
export function unsealed(text: Buffer): { readonly inner: Buffer; readonly sum: number } | undefined {
  const end = text.length - tailBytes;
  if (end < 0 || !text.subarray(end, end + sumStart.length).equals(sumStart)) return undefined;
  const inner = text.subarray(0, end);
  const sum = sumOf(inner);
  return text.toString("latin1", end + sumStart.length) === `${sumText(sum)}${sumEnd}` ? { inner, sum } : undefined;
}

/** The same of an object that was read from a file which somebody re-formatted: its content, written as we write it. */
export function provenSum(value: unknown): number | undefined {
  const members = isJsonObject(value) ? Object.entries(value) : [];
  const end = members.findIndex(([name]) => name === "sum");
  if (end === -1) return undefined;
  const sum = sumOf(JSON.stringify(Object.fromEntries(members.slice(0, end))).slice(0, -1));
  return members[end]?.[1] === sumText(sum) ? sum : undefined;
}
