import { createHash } from "node:crypto";

import { HoldfastError, type Store } from "@holdfast/core";

import { archiveBytes, type ArchiveSource, type WriteArchiveOptions } from "../src/index.ts";

/** The whole of a store's archive. */
export async function archiveOf(store: Store, options: WriteArchiveOptions = {}): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of archiveBytes(store, options)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Hands the bytes out in pieces of this size. */
export function sourceOf(bytes: Uint8Array, pieceBytes = 1_000): ArchiveSource {
  return async function* () {
    for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  };
}

/** The same archive with other lines between the header and the trailer, whose hash is that of what stands there now. */
export function rehashed(archive: Buffer, change: (lines: readonly string[]) => readonly string[]): Buffer {
  const lines = archive.toString("utf8").trimEnd().split("\n");
  const trailer = JSON.parse(lines.at(-1) ?? "") as object;
  const text = change(lines.slice(0, -1))
    .map((line) => `${line}\n`)
    .join("");
  const hash = createHash("sha256").update(text).digest("hex");
  return Buffer.from(`${text}${JSON.stringify({ ...trailer, hash })}\n`);
}

export async function failureOf(work: Promise<unknown>): Promise<HoldfastError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!HoldfastError.is(thrown)) throw new Error("no HoldfastError was thrown", { cause: thrown });
  return thrown;
}
