import {
  archiveRecord,
  archiveTombstone,
  checkId,
  compareText,
  isJsonObject,
  parseJson,
  type ArchiveCount,
  type JsonObject,
  type StoredRecord,
  type Tombstone,
} from "@holdfast/core";

import type { ArchiveLine } from "./archive-lines.ts";
import { corruptArchive } from "./archive-problem.ts";

/** Versions, and times in microseconds, as a store takes them. */
const wholeMost = 2 ** 52;

/**
 * Takes the lines of one section: first its records, each behind the one before by creation and id, then its tombstones by
 * id. A line must be, to the letter, what is written of the state that it holds.
 */
export class SectionReader {
  readonly #count: ArchiveCount;
  #taken = 0;
  #record: StoredRecord | undefined;
  #tombstone: Tombstone | undefined;

  constructor(count: ArchiveCount) {
    this.#count = count;
  }

  take(line: ArchiveLine): StoredRecord | Tombstone {
    const state = this.#taken < this.#count.records ? this.#takeRecord(line) : this.#takeTombstone(line);
    this.#taken += 1;
    return state;
  }

  #takeRecord(line: ArchiveLine): StoredRecord {
    const record = parsed(line, "record", parseRecord);
    if (record === undefined || archiveRecord(record) !== `${line.text}\n`) throw this.#unexpected(line, "record");
    this.#checkSection(record, line);
    const before = this.#record;
    if (before !== undefined && compareRecords(before, record) >= 0) throw outOfOrder(line);
    this.#record = record;
    return record;
  }

  #takeTombstone(line: ArchiveLine): Tombstone {
    const tombstone = parsed(line, "tombstone", parseTombstone);
    if (tombstone === undefined || archiveTombstone(tombstone) !== `${line.text}\n`) {
      throw this.#unexpected(line, "tombstone");
    }
    this.#checkSection(tombstone, line);
    const before = this.#tombstone;
    if (before !== undefined && compareText(before.id, tombstone.id) >= 0) throw outOfOrder(line);
    this.#tombstone = tombstone;
    return tombstone;
  }

  #checkSection({ tenant, type }: StoredRecord | Tombstone, { number }: ArchiveLine): void {
    if (tenant === this.#count.tenant && type === this.#count.type) return;
    throw corruptArchive("what it holds belongs elsewhere, by the counts of the header", number);
  }

  #unexpected({ number }: ArchiveLine, what: string): Error {
    const { tenant, type } = this.#count;
    return corruptArchive(`a ${what} of "${type}" in tenant "${tenant}" is missing, or was altered`, number);
  }
}

function compareRecords(a: StoredRecord, b: StoredRecord): number {
  return a.created - b.created || compareText(a.id, b.id);
}

function outOfOrder({ number }: ArchiveLine): Error {
  return corruptArchive("it does not stand behind the line before it", number);
}

function parsed<T>(line: ArchiveLine, name: string, parse: (item: JsonObject) => T | undefined): T | undefined {
  const value = parseJson(line.text);
  const item = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(item) ? parse(item) : undefined;
}

function parseRecord({ body, documentVersion, created, updated, ...key }: JsonObject): StoredRecord | undefined {
  const known = parseKey(key);
  if (known === undefined || !isJsonObject(body) || !isWhole(documentVersion, 1)) return undefined;
  if (!isWhole(created, 0) || !isWhole(updated, 0)) return undefined;
  return { ...known, documentVersion, created, updated, body };
}

function parseTombstone({ deleted, ...key }: JsonObject): Tombstone | undefined {
  const known = parseKey(key);
  return known === undefined || !isWhole(deleted, 0) ? undefined : { ...known, deleted };
}

function parseKey({ type, tenant, id, version }: JsonObject) {
  if (typeof type !== "string" || typeof tenant !== "string" || !isWhole(version, 1) || !isId(id)) return undefined;
  return { type, tenant, id, version };
}

function isId(value: unknown): value is string {
  try {
    checkId(value);
    return true;
  } catch {
    return false;
  }
}

function isWhole(value: unknown, least: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= wholeMost;
}
