import type { ArchiveCount } from "./archive-format.ts";
import { compareText } from "./compare.ts";
import { isId } from "./names.ts";
import type { StoredRecord, Tombstone } from "./record.ts";

/** Versions, and times in microseconds, as a store takes them. */
const wholeMost = 2 ** 52;

type Fields<T> = { readonly [Name in keyof T]?: unknown };

/** Whether these are an id, a version and times that a store can hold. The document is not looked at. */
export function isArchivedRecord({ id, version, documentVersion, created, updated }: Fields<StoredRecord>): boolean {
  if (!isWhole(version, 1) || !isWhole(documentVersion, 1)) return false;
  return isWhole(created, 0) && isWhole(updated, 0) && isId(id);
}

/** The same of what stays of a record that was deleted. */
export function isArchivedTombstone({ id, version, deleted }: Fields<Tombstone>): boolean {
  return isWhole(version, 1) && isWhole(deleted, 0) && isId(id);
}

/**
 * The order of one section: its records, each behind the one before by creation and id, then its tombstones by id. Who
 * writes an archive asks it, and who reads one.
 */
export class ArchiveSection {
  readonly #count: ArchiveCount;
  #record: StoredRecord | undefined;
  #tombstone: Tombstone | undefined;

  constructor(count: ArchiveCount) {
    this.#count = count;
  }

  /** What is wrong with the next record's place; undefined where it stands where it should. */
  placeRecord(record: StoredRecord): string | undefined {
    if (!this.#holds(record)) return elsewhere;
    const before = this.#record;
    this.#record = record;
    if (before === undefined) return undefined;
    return (before.created - record.created || compareText(before.id, record.id)) < 0 ? undefined : outOfOrder;
  }

  /** The same of the next tombstone. */
  placeTombstone(tombstone: Tombstone): string | undefined {
    if (!this.#holds(tombstone)) return elsewhere;
    const before = this.#tombstone;
    this.#tombstone = tombstone;
    return before === undefined || compareText(before.id, tombstone.id) < 0 ? undefined : outOfOrder;
  }

  #holds({ tenant, type }: StoredRecord | Tombstone): boolean {
    return tenant === this.#count.tenant && type === this.#count.type;
  }
}

const elsewhere = "what it holds belongs elsewhere, by the counts of the header";
const outOfOrder = "it does not stand behind the line before it";

function isWhole(value: unknown, least: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= wholeMost;
}
