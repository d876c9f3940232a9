export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** What an indexed field can hold. A missing field and `null` are one value, null. */
export type Scalar = string | number | boolean | null;

export interface RecordKey {
  readonly type: string;
  /** 1 to 512 bytes of well-formed UTF-8 without control characters. */
  readonly id: string;
}

export interface NewRecord extends RecordKey {
  /** The schema version that `body` was written with. A whole number from 1. */
  readonly documentVersion: number;
  readonly body: JsonObject;
}

export interface StoredRecord extends NewRecord {
  readonly tenant: string;
  /** 1 for the first write, then up by 1 for each; goes on after a delete. */
  readonly version: number;
  /** When the record was first written, in microseconds since the epoch. Never changes. */
  readonly created: number;
  /** When this version was written, in microseconds since the epoch. */
  readonly updated: number;
}

/** What stays of a deleted record, so that its version is never used again. */
export interface Tombstone extends RecordKey {
  readonly tenant: string;
  /** One above the last version of the record. */
  readonly version: number;
  /** In microseconds since the epoch. */
  readonly deleted: number;
}

/** What must be stored for a write to be done. A number: exactly this version. */
export type Expect = "any" | "absent" | "present" | number;

/** Indexed fields that must hold these values, compared in the same statement as the write. */
export type Match = Readonly<Record<string, Scalar>>;

export type WriteOp =
  | { readonly put: NewRecord; readonly expect: Expect; readonly match?: Match }
  | { readonly delete: RecordKey; readonly expect: Expect }
  | { readonly check: RecordKey; readonly expect: Expect }
  /** Keeps version and times, and is applied only if newer than what is stored: for copying, following, importing. */
  | { readonly restore: StoredRecord | Tombstone };

/** Why an op was not done. `batch`: nothing wrong with it, but undone together with another of its batch. */
export type Refusal = "exists" | "missing" | "version" | "match" | "batch";

/** `record`: what is stored afterwards for a put or a restore, and what stood in the way for a refusal. */
export type WriteResult =
  | { readonly ok: true; readonly record?: StoredRecord }
  | { readonly ok: false; readonly why: Refusal; readonly record?: StoredRecord };
