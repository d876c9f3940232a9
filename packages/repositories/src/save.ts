import { decodeState, encodedEntity, encodeJson, encodeOwn, handOver, queryLimits } from "@holdfast/core";
import { draftHead, headShape } from "./draft-head.ts";
import { checkUnmoved, initialState, stateMatch } from "./lifecycle-guard.ts";
import { itemsAtOnce, mapInTurns } from "./map-in-turns.ts";
import { alreadyExists, conflict, contended, refusedOp, writtenRecord } from "./refusals.ts";
import type { Context } from "./context.ts";
import type { DraftHead } from "./draft-head.ts";
import type { RefusedOp } from "./refusals.ts";
import type {
  Entity,
  EntityOf,
  Expect,
  LifecycleState,
  Match,
  OwnDocument,
  RecordKey,
  StoredRecord,
  WriteOp,
  WriteResult,
} from "@holdfast/core";

const triesMost = 100;

interface Save extends RecordKey {
  /** The document without the lifecycle's fields. */
  readonly document: OwnDocument;
  readonly head: DraftHead;
  /** Whether what is stored has to be looked up first. */
  readonly looked: boolean;
}

/** Saves are copies of these, as is all that a batch keeps by the thousand: docs/decisions/0068. */
const saveShape: Save = { type: "", id: "", head: headShape, looked: false, document: { body: {}, isPortable: true } };
const putShape = { type: "", id: "", documentVersion: 0, body: {} };
const opShape: { readonly put: typeof putShape; readonly expect: Expect } = { put: putShape, expect: "any" };

/** What is known to be stored, by id; an id that is not in it has not been looked up. */
type Known = Map<string, StoredRecord | undefined>;

const nothingKnown: ReadonlyMap<string, StoredRecord | undefined> = new Map();

export async function create(context: Context, draft: object): Promise<EntityOf<Entity>> {
  const { entity, session } = context;
  const one = prepare(context, draft);
  const state = initialState(entity);
  checkUnmoved(one, state, one.head);
  const [result] = await session.write([putOp(entity, one, state, "absent")]);
  if (result?.ok === false && result.why === "exists") throw alreadyExists(one);
  return encodedEntity(entity, writtenRecord(one, result));
}

export async function save(context: Context, draft: object): Promise<EntityOf<Entity>> {
  const one = prepare(context, draft);
  const [result] = await writeAll(context, [one]);
  return encodedEntity(context.entity, writtenRecord(one, result));
}

export async function saveMany(context: Context, drafts: readonly object[]): Promise<readonly EntityOf<Entity>[]> {
  const prepareOne = (draft: object): Save => prepare(context, draft);
  // A short list is taken as it is now, before anything is awaited.
  const saves = drafts.length <= itemsAtOnce ? drafts.map(prepareOne) : await mapInTurns(drafts, prepareOne);
  const results = await writeAll(context, saves);
  return mapInTurns(saves, (each, at) => encodedEntity(context.entity, writtenRecord(each, results[at])));
}

/**
 * Writes all or none. An entity with version and status needs no read: the write compares both. One that says less is
 * looked up first, and again where another writer came between.
 */
async function writeAll(context: Context, saves: readonly Save[]): Promise<readonly WriteResult[]> {
  const { entity, session } = context;
  let known: Known | undefined;
  if (saves.some(({ looked }) => looked)) {
    const unsure = saves.filter(({ looked }) => looked).map(({ id }) => id);
    await lookUp(context, (known = new Map()), unsure);
  }
  for (let tries = 1; tries <= triesMost; tries++) {
    const results = await session.write(saves.map((each) => saveOp(entity, each, known ?? nothingKnown)));
    const refused = refusedOp(results);
    if (refused === undefined) return results;
    const one = saves[refused.at];
    if (one === undefined) break;
    checkVersion(one, refused);
    await lookUp(context, (known ??= new Map()), [one.id]);
  }
  throw contended(entity.name);
}

function prepare({ entity, stamps }: Context, draft: object): Save {
  const head = draftHead(entity, draft);
  const id = head.id ?? stamps.newId();
  const looked = needsLook(entity, head);
  const document = encodeOwn(entity, id, draft);
  return { ...saveShape, type: entity.name, id, head, looked, document: looked ? keptApart(document) : document };
}

/** The draft is the caller's again while we look, so nothing of it may be shared. */
function keptApart({ body, isPortable }: OwnDocument): OwnDocument {
  return { body: isPortable ? body : encodeJson(body, Infinity).body, isPortable: true };
}

function needsLook({ lifecycle }: Entity, { id, version, status }: DraftHead): boolean {
  return lifecycle !== undefined && id !== undefined && (version === undefined || status === undefined);
}

async function lookUp({ entity, session }: Context, known: Known, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += queryLimits.idsMost) {
    const page = ids.slice(start, start + queryLimits.idsMost);
    const records = await session.get(entity.name, page);
    for (const [at, id] of page.entries()) known.set(id, records[at]);
  }
}

function saveOp(entity: Entity, one: Save, known: ReadonlyMap<string, StoredRecord | undefined>): WriteOp {
  const { head, id } = one;
  const { version } = head;
  if (entity.lifecycle === undefined) return putOp(entity, one, undefined, version ?? "any");
  if (!known.has(id) && version !== undefined && head.status !== undefined) {
    const { finishedAt = null, status } = head;
    const state = entity.lifecycle.finishedAt ? { status, finishedAt } : { status };
    return putOp(entity, one, state, version, stateMatch(entity, { body: { ...state } }));
  }
  const stored = known.get(id);
  if (version !== undefined && version !== stored?.version) throw conflict(one, version, stored?.version);
  const state = stored === undefined ? initialState(entity) : decodeState(entity, stored);
  checkUnmoved(one, state, head);
  if (stored === undefined) return putOp(entity, one, state, "absent");
  return putOp(entity, one, state, version ?? "present", stateMatch(entity, stored));
}

function putOp(entity: Entity, one: Save, state: LifecycleState | undefined, expect: Expect, match?: Match): WriteOp {
  const { type, id, document } = one;
  const body = handOver(document, state && { ...state });
  const put = { ...putShape, type, id, documentVersion: entity.schemaVersion, body };
  const op = { ...opShape, put, expect };
  return match === undefined ? op : { ...op, match };
}

/** CONFLICT where the refusal is about the version that the caller named. */
function checkVersion(one: Save, { why, record }: RefusedOp): void {
  const { version } = one.head;
  if (version !== undefined && (why === "version" || why === "missing")) throw conflict(one, version, record?.version);
}
