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

export function objectStorage(context: ObjectContext): ObjectStorage {
  const { session } = context;
  const change: ObjectStorage["changeObject"] = async (type, id, make) =>
    retryConflicts(() => changeOnce(context, { type, id }, make));
  const pageOf: ObjectStorage["getObjectPage"] = async (type, options) => objectPage(context, type, options);
  const all = async (query: Query): Promise<readonly JsonObject[]> => allObjects(context, query);
  return {
    saveObject: async (type, object, options) => saveObject(context, change, type, object, options),
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

async function saveObject(
  context: ObjectContext,
  change: ObjectStorage["changeObject"],
  type: string,
  object: object,
  { merge = true }: SaveObjectOptions = {},
): Promise<JsonObject> {
  const given = plainObject(type, object);
  if (!merge) return put(context, { type, id: given.id }, given.body, "any");
  return change(type, given.id, (now) => ({ ...now, ...given.body, id: given.id }));
}

async function changeOnce(
  context: ObjectContext,
  key: RecordKey,
  make: (now: JsonObject | undefined) => object,
): Promise<JsonObject> {
  const [record] = await context.session.get(key.type, [key.id]);
  const { id, body } = plainObject(key.type, make(record && objectOf(context, record)));
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

/** What is handed in, read once and copied, without its id. */
function plainObject(type: string, object: unknown): { readonly id: string; readonly body: JsonObject } {
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
