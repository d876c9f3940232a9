import { encodeEntity, encodeJson, HoldfastError } from "@holdfast/core";
import { draftHead } from "../draft-head.ts";
import { IntelItem } from "./intel-item.ts";
import type { JsonObject } from "@holdfast/core";

/** An item that is to be written, read once from what was handed in and shared with it no more. */
export interface PreparedItem {
  readonly id: string;
  /** The version that must be stored, where the caller named one. */
  readonly version: number | undefined;
  readonly runId: string;
  readonly itemType: string;
  readonly body: JsonObject;
}

/** How the original system spells what is spelled otherwise here; as unknown fields they would be kept and mean nothing. */
const formerNames: ReadonlyMap<string, string> = new Map([
  ["item_id", "itemId"],
  ["run_id", "runId"],
  ["item_type", "itemType"],
  ["risk_flags", "riskFlags"],
  ["decision_reason", "decisionReason"],
]);

/** INVALID_ENTITY where the item does not have the form of one, INVALID_ID without a usable id. */
export function prepareItem(draft: object): PreparedItem {
  checkShape(draft, "an item is an object");
  checkNames(draft);
  const { itemId, ...given }: Readonly<Record<string, unknown>> = { ...draft };
  const { id, version } = draftHead(IntelItem, { ...given, id: oneId(given["id"], itemId) });
  if (id === undefined) throw noId("an item needs its id, as itemId or as id");
  const { body } = encodeJson(encodeEntity(IntelItem, id, given), Infinity);
  const { runId, itemType } = body;
  if (typeof runId !== "string" || typeof itemType !== "string") throw misread(id);
  return { id, version, runId, itemType, body };
}

/** INVALID_ENTITY where callers without types hand in something else than a list of items. */
export function checkList(drafts: unknown): void {
  if (!Array.isArray(drafts)) throw noItem("items are handed in as a list");
}

function checkShape(draft: unknown, reason: string): void {
  if (typeof draft !== "object" || draft === null || Array.isArray(draft)) throw noItem(reason);
}

function noItem(reason: string): HoldfastError {
  return new HoldfastError(reason, { code: "INVALID_ENTITY", details: { type: IntelItem.name } });
}

function oneId(id: unknown, itemId: unknown): unknown {
  if (id !== undefined && itemId !== undefined && id !== itemId) throw noId("an item has one id: itemId and id differ");
  return id ?? itemId;
}

function checkNames(draft: object): void {
  for (const field of Object.keys(draft)) {
    const name = formerNames.get(field);
    if (name === undefined) continue;
    throw new HoldfastError(`an item has no field "${field}": it is called ${name}`, {
      code: "INVALID_ENTITY",
      details: { type: IntelItem.name, path: [field] },
    });
  }
}

function noId(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_ID", details: { type: IntelItem.name } });
}

/** The schema says that both are text, so this tells of a schema that was changed without this file. */
function misread(id: string): HoldfastError {
  return new HoldfastError("an item without run or type", {
    code: "INVALID_ENTITY",
    details: { type: IntelItem.name, id },
  });
}
