import type { Layout } from "./layout.ts";
import type { StoredRecord, Tombstone } from "./record.ts";

/**
 * The form of an archive: UTF-8 text, one JSON object a line, each line ended by "\n". First the header; then, section
 * by section as the header counts them, the records in insertion order and the tombstones by id; last the trailer. Two
 * stores that hold the same write the same bytes, on whatever backends they are.
 */

/** A reader refuses any higher one. */
export const archiveFormat = 1;

/** What a section holds: a type in a tenant. */
export interface ArchiveCount {
  readonly tenant: string;
  readonly type: string;
  readonly records: number;
  readonly tombstones: number;
}

export interface ArchiveHeader {
  /** The stored model. */
  readonly layout: Layout;
  /** By tenant, and in a tenant such that parents come before their children. Sections without content are left out. */
  readonly counts: readonly ArchiveCount[];
}

export interface ArchiveTrailer {
  readonly records: number;
  readonly tombstones: number;
  /** SHA-256, in hex, of all bytes before the trailer. */
  readonly hash: string;
}

/** The header's line. Members stand in one order, whatever order they were stored in. */
export function archiveHeader({ layout, counts }: ArchiveHeader): string {
  return line({
    holdfast: "archive",
    format: archiveFormat,
    layout: {
      types: layout.types.map(({ type, schemaVersion, fields, indexes, references }) => ({
        type,
        schemaVersion,
        fields: fields.map(({ name, kind }) => ({ name, kind })),
        indexes: indexes.map((index) => ({ fields: index.fields, unique: index.unique })),
        references: references.map(({ field, to, onDelete, mirror }) => ({ field, to, onDelete, mirror })),
      })),
    },
    counts: counts.map(({ tenant, type, records, tombstones }) => ({ tenant, type, records, tombstones })),
  });
}

export function archiveRecord(record: StoredRecord): string {
  const { type, tenant, id, version, documentVersion, created, updated, body } = record;
  return line({ record: { type, tenant, id, version, documentVersion, created, updated, body } });
}

export function archiveTombstone({ type, tenant, id, version, deleted }: Tombstone): string {
  return line({ tombstone: { type, tenant, id, version, deleted } });
}

export function archiveTrailer({ records, tombstones, hash }: ArchiveTrailer): string {
  return line({ records, tombstones, hash });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
