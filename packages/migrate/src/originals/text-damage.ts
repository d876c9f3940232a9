import { isUtf8 } from "node:buffer";

import { HoldfastError } from "@holdfast/core";

/** Bytes that are judged at once. */
const window = 65_536;

/**
 * STORE_CORRUPT with the place in the file: the byte from 0, line and column (in characters) from 1. What the file holds
 * stands in no error.
 */
export function corruptText(bytes: Buffer, byte: number, reason: string): HoldfastError {
  const lineStart = byte === 0 ? 0 : bytes.lastIndexOf(0x0a, byte - 1) + 1;
  const line = lineBreaks(bytes.subarray(0, lineStart)) + 1;
  const column = bytes.toString("utf8", lineStart, byte).length + 1;
  return new HoldfastError(`the file cannot be read: ${reason}, at line ${line}, column ${column} (byte ${byte})`, {
    code: "STORE_CORRUPT",
    details: { reason, byte, line, column },
  });
}

/** The first byte that is no UTF-8 (half of a surrogate pair is none); undefined where all of it is. */
export function notUtf8At(bytes: Buffer): number | undefined {
  if (isUtf8(bytes)) return undefined;
  let at = 0;
  while (at < bytes.length) {
    const end = characterStart(bytes, Math.min(at + window, bytes.length));
    if (end <= at || !isUtf8(bytes.subarray(at, end))) break;
    at = end;
  }
  while (at < bytes.length) {
    const length = characterLength(bytes[at] ?? 0);
    if (length === 0 || !isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return undefined;
}

function characterStart(bytes: Buffer, at: number): number {
  let start = at;
  while (start > at - 4 && start > 0 && isContinuation(bytes[start])) start--;
  return start;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** By its first byte; 0 where no character begins with that. */
function characterLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

function lineBreaks(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}
