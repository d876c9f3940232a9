import { createHash } from "node:crypto";

import { archiveTrailer, type ArchiveHeader } from "@holdfast/core";

import { unpacked } from "./archive-container.ts";
import { parseArchiveHeader } from "./archive-head.ts";
import { corruptArchive } from "./archive-problem.ts";
import type { Bytes } from "./blocks.ts";
import type { ArchiveInfo, ArchiveSource, ReadArchiveOptions } from "./read-archive.ts";

const lineEnd = 0x0a;
/** More than any trailer has. */
const trailerMost = 512;

/**
 * What an archive is of which this process has just written each line, as far as its bytes tell: STORE_CORRUPT unless they
 * hash to what its trailer says, behind a header whose counts are the trailer's. An archive from elsewhere is read line by
 * line, by `inspectArchive`.
 */
export async function hashedArchive(
  source: ArchiveSource,
  { key }: Pick<ReadArchiveOptions, "key">,
): Promise<ArchiveInfo> {
  const { text, gzip, encrypted } = await unpacked(source(), key);
  const { first, hash, last, bytes } = await ends(text);
  const header = parseArchiveHeader({ text: first, number: 1 });
  const trailer = { ...totals(header), hash };
  if (last !== archiveTrailer(trailer)) {
    throw corruptArchive("the hash or the counts at its end are not those of what stands before");
  }
  return { ...header, ...trailer, gzip, encrypted, bytes };
}

interface Ends {
  /** The first line, without its end. */
  readonly first: string;
  /** Of all but the last line. */
  readonly hash: string;
  /** The last line, with its end. */
  readonly last: string;
  readonly bytes: number;
}

/** What could be the last line is held back until it is known whether more follows. */
async function ends(text: Bytes): Promise<Ends> {
  const hash = createHash("sha256");
  const head: Uint8Array[] = [];
  let isHead = true;
  let bytes = 0;
  let held = Buffer.alloc(0);
  for await (const piece of text) {
    bytes += piece.byteLength;
    if (isHead) {
      const end = piece.indexOf(lineEnd);
      head.push(end === -1 ? piece : piece.subarray(0, end));
      isHead = end === -1;
    }
    const cut = piece.byteLength - trailerMost;
    if (cut >= 0) {
      hash.update(held).update(piece.subarray(0, cut));
      held = Buffer.from(piece.subarray(cut));
      continue;
    }
    const joined = Buffer.concat([held, piece]);
    const rest = Math.max(0, joined.byteLength - trailerMost);
    hash.update(joined.subarray(0, rest));
    held = joined.subarray(rest);
  }
  const lastAt = held.subarray(0, -1).lastIndexOf(lineEnd) + 1;
  hash.update(held.subarray(0, lastAt));
  const last = held.toString("utf8", lastAt);
  return { first: Buffer.concat(head).toString(), hash: hash.digest("hex"), last, bytes };
}

function totals({ counts }: ArchiveHeader): { readonly records: number; readonly tombstones: number } {
  return {
    records: counts.reduce((sum, count) => sum + count.records, 0),
    tombstones: counts.reduce((sum, count) => sum + count.tombstones, 0),
  };
}
