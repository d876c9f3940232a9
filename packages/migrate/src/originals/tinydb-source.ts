import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { fileError } from "@holdfast/core";

import { utf8 } from "./read-json.ts";

/**
 * A file in TinyDB's format: its place, its bytes (at once or in pieces), or its text. A string is its text where it is
 * empty, `null`, or begins with `{`, as the text of any such file does; else it is its path.
 */
export type TinyDbSource = URL | { readonly path: string } | Uint8Array | AsyncIterable<Uint8Array> | string;

/** All bytes of a file. */
export async function bytesOf(source: TinyDbSource): Promise<Uint8Array> {
  if (typeof source === "string") return isText(source) ? utf8(source) : await bytesOfFile(source);
  if (source instanceof Uint8Array) return source;
  if (source instanceof URL) return await bytesOfFile(fileURLToPath(source));
  if ("path" in source) return await bytesOfFile(source.path);
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function bytesOfFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (thrown) {
    throw fileError(thrown, path, "read");
  }
}

function isText(source: string): boolean {
  const start = source.trimStart();
  return start === "" || start.trimEnd() === "null" || start.startsWith("{");
}
