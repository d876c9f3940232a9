import {
  archiveRecord,
  ArchiveSection,
  archiveTombstone,
  isArchivedRecord,
  isArchivedTombstone,
  isJsonObject,
  parseJson,
  type ArchiveCount,
  type JsonObject,
  type StoredRecord,
  type Tombstone,
} from "@holdfast/core";

import type { ArchiveLine } from "./archive-lines.ts";
import { corruptArchive } from "./archive-problem.ts";

/**
 * Takes the lines of one section: first its records, then its tombstones, each in its place. A line must be, to the letter,
 * what is written of the state that it holds.
 */
export class SectionReader {
  readonly #count: ArchiveCount;
  readonly #section: ArchiveSection;
  #taken = 0;

  constructor(count: ArchiveCount) {
    this.#count = count;
    this.#section = new ArchiveSection(count);
  }

  take(line: ArchiveLine): StoredRecord | Tombstone {
    const state = this.#taken < this.#count.records ? this.#takeRecord(line) : this.#takeTombstone(line);
    this.#taken += 1;
    return state;
  }

  #takeRecord(line: ArchiveLine): StoredRecord {
    const record = parsed(line, "record");
    if (!isRecord(record) || archiveRecord(record) !== `${line.text}\n`) throw this.#unexpected(line, "record");
    requirePlace(this.#section.placeRecord(record), line);
    return record;
  }

  #takeTombstone(line: ArchiveLine): Tombstone {
    const tombstone = parsed(line, "tombstone");
    if (!isTombstone(tombstone) || archiveTombstone(tombstone) !== `${line.text}\n`) {
      throw this.#unexpected(line, "tombstone");
    }
    requirePlace(this.#section.placeTombstone(tombstone), line);
    return tombstone;
  }

  #unexpected({ number }: ArchiveLine, what: string): Error {
    const { tenant, type } = this.#count;
    return corruptArchive(`a ${what} of "${type}" in tenant "${tenant}" is missing, or was altered`, number);
  }
}

function requirePlace(problem: string | undefined, { number }: ArchiveLine): void {
  if (problem !== undefined) throw corruptArchive(problem, number);
}

function parsed(line: ArchiveLine, name: string): JsonObject | undefined {
  const value = parseJson(line.text);
  const item = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(item) ? item : undefined;
}

function isRecord(item: (JsonObject & Partial<StoredRecord>) | undefined): item is JsonObject & StoredRecord {
  return item !== undefined && hasNames(item) && isJsonObject(item["body"]) && isArchivedRecord(item);
}

function isTombstone(item: (JsonObject & Partial<Tombstone>) | undefined): item is JsonObject & Tombstone {
  return item !== undefined && hasNames(item) && isArchivedTombstone(item);
}

function hasNames({ type, tenant }: JsonObject): boolean {
  return typeof type === "string" && typeof tenant === "string";
}
