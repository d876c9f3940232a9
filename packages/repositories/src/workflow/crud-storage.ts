import type { JsonObject } from "@holdfast/core";

type Awaitable<T> = T | Promise<T>;

/** How an object is saved. */
export interface SaveObjectOptions {
  /**
   * Whether top-level fields that are stored and not in the object stay; what is nested is replaced either way.
   * @default true
   */
  readonly merge?: boolean;
}

/**
 * The least that an `EntityRepository` works on: four methods over plain objects, each with its `id`. A `StorageManager`
 * is one, and so is any object that a test or a program brings.
 */
export interface CrudStorage {
  saveObject(type: string, object: JsonObject, options?: SaveObjectOptions): unknown;
  getObjects(type: string): Awaitable<readonly JsonObject[]>;
  /** Undefined or null where there is none. */
  getObjectById(type: string, id: string): Awaitable<JsonObject | null | undefined>;
  /** Whether there was one. */
  deleteObject(type: string, id: string): Awaitable<boolean>;
  /**
   * Reads, changes and writes as one step. Without it, what needs such a step reads and then saves, and another writer may
   * come between.
   */
  changeObject?(type: string, id: string, change: (now: JsonObject | undefined) => JsonObject): Awaitable<JsonObject>;
}

/** Reads, changes and writes an object, in one step where the storage can. */
export async function changeIn(
  storage: CrudStorage,
  type: string,
  id: string,
  change: (now: JsonObject | undefined) => JsonObject,
): Promise<JsonObject> {
  if (storage.changeObject !== undefined) return storage.changeObject(type, id, change);
  const changed = change((await storage.getObjectById(type, id)) ?? undefined);
  await storage.saveObject(type, changed, { merge: false });
  return changed;
}
