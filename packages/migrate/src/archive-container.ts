import { PassThrough, pipeline, Readable } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";

import { HoldfastError } from "@holdfast/core";

import { corruptArchive } from "./archive-problem.ts";
import { isSealed, sealed, sealMarkBytes, unsealed } from "./archive-seal.ts";
import { peek, type Bytes } from "./blocks.ts";

const pieceBytes = 64 * 1024;
const gzipMark = Buffer.from([0x1f, 0x8b]);

/** How an archive's text is packed. */
export interface ArchivePacking {
  /** Whether it is compressed, by gzip. @default false */
  readonly gzip?: boolean;
  /** Encrypts it with AES-256-GCM: 32 bytes, as `parseArchiveKey` gives them. @default not encrypted */
  readonly key?: Uint8Array;
}

/** What an archive was found to be packed in. */
export interface FoundPacking {
  readonly gzip: boolean;
  readonly encrypted: boolean;
}

/** Compresses first, since what is encrypted cannot be. */
export function packed(text: Bytes, { gzip = false, key }: ArchivePacking): Bytes {
  const compressed = gzip ? throughStream(text, createGzip({ chunkSize: pieceBytes })) : text;
  return key === undefined ? compressed : sealed(compressed, key);
}

/** The text of an archive, however it is packed: its first bytes say that. */
export async function unpacked(
  bytes: Bytes,
  key: Uint8Array | undefined,
): Promise<FoundPacking & { readonly text: Bytes }> {
  const outer = await peek(bytes, sealMarkBytes);
  const encrypted = isSealed(outer.head);
  const inner = await peek(encrypted ? unsealed(outer.all, key) : outer.all, gzipMark.byteLength);
  const gzip = inner.head.equals(gzipMark);
  const text = gzip ? throughStream(inner.all, createGunzip({ chunkSize: pieceBytes })) : inner.all;
  return { encrypted, gzip, text };
}

/** Ends the stream, and what it reads from, where nobody reads on. */
async function* throughStream(bytes: Bytes, stream: NodeJS.ReadWriteStream): AsyncGenerator<Uint8Array, void> {
  const read = pipeline(Readable.from(bytes), stream, new PassThrough(), () => undefined);
  try {
    for await (const piece of read) yield piece as Buffer;
  } catch (thrown) {
    if (HoldfastError.is(thrown) || !isCompressionError(thrown)) throw thrown;
    throw corruptArchive("its compressed data was altered, or the end is missing", undefined, thrown);
  }
}

function isCompressionError(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" && thrown.code.startsWith("Z_");
}
