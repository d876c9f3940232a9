import { decodeEntity, queryLimits } from "@holdfast/core";
import { itemsAtOnce, mapInTurns } from "../map-in-turns.ts";
import { conflict, contended, refusedOp, writtenRecord } from "../refusals.ts";
import { checkList, prepareItem } from "./intel-item-draft.ts";
import { IntelItem } from "./intel-item.ts";
import { settleItem, takeOnOtherRun } from "./settle-item.ts";
import type { PreparedItem } from "./intel-item-draft.ts";
import type { ItemPlace, OnOtherRun } from "./settle-item.ts";
import type { StateContext } from "./state-context.ts";
import type { UpsertOptions } from "./intel-item-types.ts";
import type { RecordKey, StoredRecord, StoreSession, WriteOp, WriteResult } from "@holdfast/core";

interface StoredItem extends ItemPlace {
  readonly version: number;
}

/** What is stored, by id; an id that is not in it is free. */
type Known = ReadonlyMap<string, StoredItem>;

const triesMost = 100;

export async function upsertIntelItem(
  context: StateContext,
  draft: object,
  options: UpsertOptions = {},
): Promise<IntelItem> {
  const item = prepareItem(draft);
  const [stored] = await writeAll(context.session, [item], takeOnOtherRun(options));
  return decodeEntity(IntelItem, writtenRecord(keyOf(item), stored));
}

export async function upsertIntelItems(
  context: StateContext,
  drafts: readonly object[],
  options: UpsertOptions = {},
): Promise<readonly IntelItem[]> {
  const onOtherRun = takeOnOtherRun(options);
  checkList(drafts);
  // A short list is taken as it is now, before anything is awaited.
  const items = drafts.length <= itemsAtOnce ? drafts.map(prepareItem) : await mapInTurns(drafts, prepareItem);
  const merged = mergeTwins(items, onOtherRun);
  const results = await writeAll(context.session, merged, onOtherRun);
  const places = new Map(merged.map(({ id }, at) => [id, at]));
  return mapInTurns(items, (item) => {
    return decodeEntity(IntelItem, writtenRecord(keyOf(item), results[places.get(item.id) ?? -1]));
  });
}

/** An item that stands there twice is written once: at the first place, with the last content. */
function mergeTwins(items: readonly PreparedItem[], onOtherRun: OnOtherRun): readonly PreparedItem[] {
  const merged = new Map<string, PreparedItem>();
  for (const item of items) {
    const earlier = merged.get(item.id);
    const version = earlier?.version ?? item.version;
    merged.set(item.id, earlier === undefined ? item : { ...settleItem(item, earlier, onOtherRun), version });
  }
  return [...merged.values()];
}

/** Writes all or none. Looks up what is stored, expects just that, and begins anew where another writer came between. */
async function writeAll(
  session: StoreSession,
  items: readonly PreparedItem[],
  onOtherRun: OnOtherRun,
): Promise<readonly WriteResult[]> {
  for (let tries = 1; tries <= triesMost; tries++) {
    const known = await lookUp(session, items);
    const ops = items.map((item) => upsertOp(item, known.get(item.id), onOtherRun));
    const results = await session.write(ops);
    if (refusedOp(results) === undefined) return results;
  }
  throw contended(IntelItem.name);
}

async function lookUp(session: StoreSession, items: readonly PreparedItem[]): Promise<Known> {
  const known = new Map<string, StoredItem>();
  for (let start = 0; start < items.length; start += queryLimits.idsMost) {
    const ids = items.slice(start, start + queryLimits.idsMost).map(({ id }) => id);
    const records = await session.get(IntelItem.name, ids);
    for (const record of records) if (record !== undefined) known.set(record.id, storedItem(record));
  }
  return known;
}

function storedItem(record: StoredRecord): StoredItem {
  const { runId, itemType } = decodeEntity(IntelItem, record);
  return { runId, itemType, version: record.version };
}

function upsertOp(item: PreparedItem, stored: StoredItem | undefined, onOtherRun: OnOtherRun): WriteOp {
  const { id, version } = item;
  if (version !== undefined && version !== stored?.version) throw conflict(keyOf(item), version, stored?.version);
  const settled = stored === undefined ? item : settleItem(item, stored, onOtherRun);
  const put = { type: IntelItem.name, id, documentVersion: IntelItem.schemaVersion, body: settled.body };
  return { put, expect: stored?.version ?? "absent" };
}

function keyOf({ id }: PreparedItem): RecordKey {
  return { type: IntelItem.name, id };
}
