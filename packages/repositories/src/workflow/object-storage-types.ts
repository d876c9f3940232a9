import type { CrudStorage, SaveObjectOptions } from "./crud-storage.ts";
import type { JsonObject } from "@holdfast/core";

export interface ObjectPageOptions {
  /** Objects on the page, from 1 to 10,000. @default 100 */
  readonly limit?: number | undefined;
  /** The page behind this token, an earlier page's `next`. */
  readonly after?: string | undefined;
}

export interface ObjectPage {
  readonly objects: readonly JsonObject[];
  /** There where more objects follow. */
  readonly next?: string;
}

/**
 * Plain objects by type and id, in a store or in an open transaction. A type may have any name of
 * [A-Za-z][A-Za-z0-9_]*, at most 48 characters, and need not be declared. Objects are any JSON and come back equal, as
 * copies; no schema and no lifecycle looks at them, but fields that the model indexes must be of their kind
 * (INVALID_ENTITY). Every call may throw the codes of the store.
 */
export interface ObjectStorage extends CrudStorage {
  /**
   * Inserts, or merges into what is stored, in one atomic step; gives what is stored now. INVALID_ID for an object without
   * an `id` that is a string: ids are never made or coerced here. UNSERIALIZABLE_VALUE with the path for what JSON cannot
   * hold, in memory too.
   */
  saveObject(type: string, object: object, options?: SaveObjectOptions): Promise<JsonObject>;
  /** All objects of a type in insertion order, as of one moment; none for a type that was never stored. */
  getObjects(type: string): Promise<readonly JsonObject[]>;
  /** A page of them, in the same order. INVALID_CURSOR. */
  getObjectPage(type: string, options?: ObjectPageOptions): Promise<ObjectPage>;
  /** The same, a page at a time; what comes and goes meanwhile neither repeats nor hides others. */
  eachObject(type: string): AsyncIterable<JsonObject>;
  getObjectById(type: string, id: string): Promise<JsonObject | undefined>;
  /** Whether there was one; a miss writes nothing. REFERENCE_VIOLATION. */
  deleteObject(type: string, id: string): Promise<boolean>;
  /**
   * Reads, changes and writes an object as one step, and gives what is stored then: `change` runs again where another
   * writer came between. It is given undefined where there is none. INVALID_ID where it gives another id; CONFLICT after
   * a hundred tries.
   */
  changeObject(type: string, id: string, change: (now: JsonObject | undefined) => object): Promise<JsonObject>;
  /** The cases whose `jobId` this is, by the index, in insertion order; whether or not the job is stored. */
  getCasesForJob(jobId: string): Promise<readonly JsonObject[]>;
}
