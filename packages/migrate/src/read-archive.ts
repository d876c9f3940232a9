import { createHash } from "node:crypto";

import {
  archiveTrailer,
  HoldfastError,
  type ArchiveCount,
  type ArchiveHeader,
  type ArchiveTrailer,
  type StoredRecord,
  type Tombstone,
} from "@holdfast/core";

import { unpacked, type FoundPacking } from "./archive-container.ts";
import { parseArchiveHeader } from "./archive-head.ts";
import { archiveLines, type ArchiveLine } from "./archive-lines.ts";
import { corruptArchive } from "./archive-problem.ts";
import { SectionReader } from "./archive-section.ts";
import type { Bytes } from "./blocks.ts";

/** Gives an archive's bytes from the beginning, each time that it is called: it is read to be proven, then to be used. */
export type ArchiveSource = () => AsyncIterable<Uint8Array>;

export interface ReadArchiveOptions {
  /** Of an encrypted archive: 32 bytes. */
  readonly key?: Uint8Array;
  /** Of one line, which is a record: bounds what a malicious archive takes in memory. From 1. @default 64 MiB */
  readonly maxLineBytes?: number;
  /** Ends the reading with ABORTED. */
  readonly signal?: AbortSignal;
}

/** What an archive is, once all of it has been read and proven whole. */
export interface ArchiveInfo extends ArchiveHeader, ArchiveTrailer, FoundPacking {
  /** Of its text, unpacked. */
  readonly bytes: number;
}

export type ArchivePart =
  | { readonly kind: "header"; readonly header: ArchiveHeader }
  /** Of one section, in order: as many as a batch has, or those that are left. */
  | { readonly kind: "states"; readonly count: ArchiveCount; readonly states: readonly (StoredRecord | Tombstone)[] }
  /** Comes last, and only if everything before it was whole. */
  | { readonly kind: "end"; readonly info: ArchiveInfo };

const defaultLineBytes = 64 * 1024 * 1024;

/**
 * Reads all of an archive and proves it: STORE_CORRUPT with the line where anything is missing, altered, doubled or out of
 * its place; LAYOUT_NEWER for a form that only a newer release knows; INVALID_CONFIG for an encrypted one without its key;
 * DOCUMENT_TOO_LARGE for a line beyond the limit. Memory does not grow with the archive.
 */
export async function inspectArchive(source: ArchiveSource, options: ReadArchiveOptions = {}): Promise<ArchiveInfo> {
  for await (const part of readArchive(source(), { ...options, batch: 1_000 })) {
    if (part.kind === "end") return part.info;
  }
  throw corruptArchive("it has no end");
}

/** Reads an archive once, part by part. What comes before the end is not proven yet. */
export async function* readArchive(
  bytes: Bytes,
  { key, maxLineBytes = defaultLineBytes, signal, batch }: ReadArchiveOptions & { readonly batch: number },
): AsyncGenerator<ArchivePart, void> {
  const { text, gzip, encrypted } = await unpacked(bytes, key);
  const lines = new LineSource(archiveLines(text, maxLineBytes), signal);
  try {
    const header = parseArchiveHeader(await lines.next());
    yield { kind: "header", header };
    const total = { records: 0, tombstones: 0 };
    for (const count of header.counts) {
      const section = new SectionReader(count);
      for (let left = count.records + count.tombstones; left > 0;) {
        const states: (StoredRecord | Tombstone)[] = [];
        for (; states.length < batch && left > 0; left--) states.push(section.take(await lines.next()));
        yield { kind: "states", count, states };
      }
      total.records += count.records;
      total.tombstones += count.tombstones;
    }
    const trailer = { ...total, hash: lines.hash() };
    const last = await lines.next();
    if (`${last.text}\n` !== archiveTrailer(trailer)) {
      throw corruptArchive("the hash or the counts at its end are not those of what stands before", last.number);
    }
    await lines.expectEnd();
    yield { kind: "end", info: { ...header, ...trailer, gzip, encrypted, bytes: lines.bytes } };
  } finally {
    await lines.close();
  }
}

/** The lines one by one, and what they come to. */
class LineSource {
  readonly #lines: AsyncGenerator<ArchiveLine, void>;
  readonly #signal: AbortSignal | undefined;
  readonly #hash = createHash("sha256");
  #last: ArchiveLine | undefined;
  #read = 0;
  bytes = 0;

  constructor(lines: AsyncGenerator<ArchiveLine, void>, signal: AbortSignal | undefined) {
    this.#lines = lines;
    this.#signal = signal;
  }

  async next(): Promise<ArchiveLine> {
    if (this.#signal?.aborted === true) {
      throw new HoldfastError("the caller's signal was given", { code: "ABORTED", cause: this.#signal.reason });
    }
    const step = await this.#lines.next();
    if (step.done === true) throw corruptArchive(`it ends behind line ${this.#read}`);
    if (this.#last !== undefined) this.#hash.update(this.#last.bytes);
    this.#last = step.value;
    this.#read += 1;
    this.bytes += step.value.bytes.byteLength;
    return step.value;
  }

  /** Of all lines so far. */
  hash(): string {
    if (this.#last !== undefined) this.#hash.update(this.#last.bytes);
    this.#last = undefined;
    return this.#hash.digest("hex");
  }

  async expectEnd(): Promise<void> {
    const step = await this.#lines.next();
    if (step.done !== true) throw corruptArchive("something stands behind its end", step.value.number);
  }

  async close(): Promise<void> {
    await this.#lines.return();
  }
}
