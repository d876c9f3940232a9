/**
 * An encrypted archive: a line that says so, a salt, a proof of the key, then blocks of AES-256-GCM, each with its tag. The
 * key of each archive is derived from the given one and the salt by HKDF, so no two archives share a key, and the number
 * of a block is nonce enough. The last block is marked in its nonce: an archive that was cut, even between two blocks,
 * does not open, nor one whose blocks were swapped. No byte is given on that was not proven.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

import { HoldfastError } from "@holdfast/core";

import { checkArchiveKey } from "./archive-key.ts";
import { corruptArchive } from "./archive-problem.ts";
import { blocksOf, peek, type Block, type Bytes } from "./blocks.ts";

const cipher = "aes-256-gcm";
const blockBytes = 64 * 1024;
const tagBytes = 16;
const saltBytes = 16;
const proofBytes = 16;
const firstLine = Buffer.from("holdfast archive, aes-256-gcm, form 1\n");
const headBytes = firstLine.byteLength + saltBytes + proofBytes;

/** As many bytes as `isSealed` looks at. */
export const sealMarkBytes = firstLine.byteLength;

/** Whether what begins so is an encrypted archive. */
export function isSealed(head: Buffer): boolean {
  return head.equals(firstLine);
}

/** Encrypts bytes. */
export async function* sealed(bytes: Bytes, key: Uint8Array): AsyncGenerator<Uint8Array, void> {
  const salt = randomBytes(saltBytes);
  const { own, proof } = keysFor(key, salt);
  const head = Buffer.concat([firstLine, salt, proof]);
  yield head;
  let number = 0n;
  for await (const block of blocksOf(bytes, blockBytes)) {
    const sealing = createCipheriv(cipher, own, nonceOf(number++, block), { authTagLength: tagBytes });
    sealing.setAAD(head);
    yield Buffer.concat([sealing.update(block.bytes), sealing.final(), sealing.getAuthTag()]);
  }
}

/** Decrypts them. INVALID_CONFIG without the key or with another one, STORE_CORRUPT where anything was altered or is missing. */
export async function* unsealed(bytes: Bytes, key: Uint8Array | undefined): AsyncGenerator<Uint8Array, void> {
  if (key === undefined) throw needsKey("the archive is encrypted: give the key that it was written with");
  const { head, all } = await peek(bytes, headBytes);
  if (head.byteLength < headBytes) throw corruptArchive("it ends in its head");
  const salt = head.subarray(firstLine.byteLength, firstLine.byteLength + saltBytes);
  const { own, proof } = keysFor(key, salt);
  if (!timingSafeEqual(proof, head.subarray(-proofBytes))) {
    throw needsKey("the archive was encrypted with another key, or its head was altered");
  }
  let number = 0n;
  for await (const block of blocksOf(withoutFirst(all, headBytes), blockBytes + tagBytes)) {
    yield opened(own, head, number++, block);
  }
}

function opened(key: Buffer, head: Buffer, number: bigint, block: Block): Buffer {
  const end = block.bytes.byteLength - tagBytes;
  if (end < 0) throw corruptArchive("it ends inside an encrypted block");
  const opening = createDecipheriv(cipher, key, nonceOf(number, block), { authTagLength: tagBytes });
  opening.setAAD(head);
  opening.setAuthTag(block.bytes.subarray(end));
  try {
    return Buffer.concat([opening.update(block.bytes.subarray(0, end)), opening.final()]);
  } catch (cause) {
    throw corruptArchive(`block ${number + 1n} was altered, or the end is missing`, undefined, cause);
  }
}

function keysFor(key: Uint8Array, salt: Uint8Array): { readonly own: Buffer; readonly proof: Buffer } {
  const derived = (purpose: string, length: number): Buffer =>
    Buffer.from(hkdfSync("sha256", checkArchiveKey(key), salt, `holdfast archive ${purpose}`, length));
  return { own: derived("key", 32), proof: derived("proof", proofBytes) };
}

function nonceOf(number: bigint, { isLast }: Block): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(number, 0);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

async function* withoutFirst(bytes: Bytes, count: number): AsyncGenerator<Uint8Array, void> {
  let left = count;
  for await (const piece of bytes) {
    if (piece.byteLength > left) yield piece.subarray(left);
    left = Math.max(0, left - piece.byteLength);
  }
}

function needsKey(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG" });
}
