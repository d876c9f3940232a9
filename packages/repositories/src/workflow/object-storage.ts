import { checkId, encodeJson, HoldfastError, queryLimits, typeLayout } from "@holdfast/core";
import { contended, refusedOp, writtenRecord } from "../refusals.ts";
import { retryConflicts } from "../retry-conflicts.ts";
import { Case } from "./case.ts";
import type { SaveObjectOptions } from "./crud-storage.ts";
import type { ObjectPage, ObjectPageOptions, ObjectStorage } from "./object-storage-types.ts";
import type { Expect, JsonObject, Layout, Lift, Query, RecordKey, StoredRecord, StoreSession } from "@holdfast/core";

const eachPage = 1_000;
const allTimeoutMs = 600_000;

/** What the operations on plain objects need. */
export interface ObjectContext {
  readonly session: StoreSession;
  readonly layout: Layout;
  /** Brings documents into the form in which objects are given. */
  readonly lift: Lift;
}

/** An object as it was handed in: read once and copied, without its id. */
export interface GivenObject {
  readonly id: string;
  readonly body: JsonObject;
}

interface Objects extends ObjectStorage {
  saveGiven(type: string, given: GivenObject, options?: SaveObjectOptions): Promise<JsonObject>;
}

export function objectStorage(context: ObjectContext): Objects {
  const { session } = context;
  const change: ObjectStorage["changeObject"] = async (type, id, make) =>
    retryConflicts(() => changeOnce(context, { type, id }, make));
  const pageOf: ObjectStorage["getObjectPage"] = async (type, options) => objectPage(context, type, options);
  const all = async (query: Query): Promise<readonly JsonObject[]> => allObjects(context, query);
  const saveGiven: Objects["saveGiven"] = async (type, { id, body }, { merge = true } = {}) =>
    merge ? change(type, id, (now) => ({ ...now, ...body, id })) : put(context, { type, id }, body, "any");
  return {
    saveObject: async (type, object, options) => saveGiven(type, givenObject(type, object), options),
    saveGiven,
    changeObject: change,
    getObjects: async (type) => all({ type }),
    getObjectPage: pageOf,
    eachObject: (type) => eachObject(pageOf, type),
    getObjectById: async (type, id) => {
      const [record] = await session.get(type, [id]);
      return record && objectOf(context, record);
    },
    deleteObject: async (type, id) => {
      const [result] = await session.write([{ delete: { type, id }, expect: "present" }]);
      return result?.ok === true;
    },
    getCasesForJob: async (jobId) => all({ type: Case.name, where: { jobId } }),
  };
}

async function changeOnce(
  context: ObjectContext,
  key: RecordKey,
  make: (now: JsonObject | undefined) => object,
): Promise<JsonObject> {
  const [record] = await context.session.get(key.type, [key.id]);
  const { id, body } = givenObject(key.type, make(record && objectOf(context, record)));
  if (id === key.id) return put(context, key, body, record === undefined ? "absent" : record.version, record);
  throw new HoldfastError(`a change of "${key.type}" with id "${key.id}" must not change the id`, {
    code: "INVALID_ID",
    details: { ...key },
  });
}

async function put(
  context: ObjectContext,
  key: RecordKey,
  body: JsonObject,
  expect: Expect,
  replaced?: StoredRecord,
): Promise<JsonObject> {
  const newest = typeLayout(context.layout, key.type)?.schemaVersion ?? 1;
  // What a newer program wrote and nobody here can lift stays of the form that it has.
  const documentVersion = replaced === undefined ? newest : Math.max(newest, replaced.documentVersion);
  const results = await context.session.write([{ put: { ...key, documentVersion, body }, expect }]);
  if (refusedOp(results) !== undefined) throw contended(key.type);
  return objectOf(context, writtenRecord(key, results[0]));
}

/** INVALID_ID for one without an id that is a string; UNSERIALIZABLE_VALUE with the path. */
export function givenObject(type: string, object: unknown): GivenObject {
  const { id, ...body } = encodeJson(object, Infinity).body;
  if (id === undefined || id === null || id === "") {
    throw new HoldfastError(`an object of "${type}" must have an 'id' field to be saved`, {
      code: "INVALID_ID",
      details: { type },
    });
  }
  if (typeof id !== "string") {
    const message = `an object of "${type}" must have an 'id' field that is a string, and ids are never coerced: write String(id)`;
    throw new HoldfastError(message, { code: "INVALID_ID", details: { type, kind: typeof id } });
  }
  checkId(id);
  return { id, body };
}

function objectOf({ lift }: ObjectContext, record: StoredRecord): JsonObject {
  return { id: record.id, ...lift(record).body };
}

/** As of one moment: a list of one page is one anyway, and a longer one is read again in one. */
async function allObjects(context: ObjectContext, query: Query): Promise<readonly JsonObject[]> {
  const { records, next } = await context.session.find({ ...query, limit: eachPage });
  if (next === undefined) return records.map((record) => objectOf(context, record));
  return context.session.transaction(
    async (session) => {
      const objects: JsonObject[] = [];
      for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
        const page = await session.find({
          ...query,
          limit: queryLimits.pageMost,
          ...(after !== undefined && { after }),
        });
        for (const record of page.records) objects.push(objectOf(context, record));
        after = page.next;
      }
      return objects;
    },
    { readOnly: true, timeoutMs: allTimeoutMs },
  );
}

async function objectPage(
  context: ObjectContext,
  type: string,
  { limit, after }: ObjectPageOptions = {},
): Promise<ObjectPage> {
  const query = { type, ...(limit !== undefined && { limit }), ...(after !== undefined && { after }) };
  const { records, next } = await context.session.find(query);
  return { objects: records.map((record) => objectOf(context, record)), ...(next !== undefined && { next }) };
}

/** All objects of a type, by whatever gives a page of them. */
export async function* eachObject(
  pageOf: ObjectStorage["getObjectPage"],
  type: string,
): AsyncGenerator<JsonObject, void, undefined> {
  let after: string | undefined;
  do {
    const { objects, next } = await pageOf(type, { limit: eachPage, after });
    yield* objects;
    after = next;
  } while (after !== undefined);
}
