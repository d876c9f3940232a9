import type { DriverOp, RecordText } from "../driver.ts";
import { HoldfastError } from "../errors.ts";
import { documentFields } from "../document-fields.ts";
import { encodeJson } from "../json-codec.ts";
import { typeLayout } from "../layout.ts";
import { isList } from "../is-list.ts";
import { checkId, isTypeName } from "../names.ts";
import { systemFields } from "../query.ts";
import { queryKind } from "../queryable-fields.ts";
import type { Expect, Match, NewRecord, RecordKey, Scalar, StoredRecord, Tombstone, WriteOp } from "../record.ts";
import { eventLoopTurn } from "../event-loop-turn.ts";
import { storedRecord } from "./records.ts";
import type { Scope } from "./scope.ts";

const opsAtOnce = 500;
/** Versions, and times in microseconds (the year 2112): far enough below 2^53 for later ones to rise exactly. */
const wholeMost = 2 ** 52;

/**
 * Checks and encodes the ops of one group. A small batch is encoded before this returns; a large one in slices that
 * let the event loop turn, so its ops must stay as they are until the write settles.
 */
export function encodeOps(scope: Scope, ops: readonly WriteOp[]): readonly DriverOp[] | Promise<readonly DriverOp[]> {
  if (!isList(ops)) throw malformed("write takes a list of ops");
  return ops.length <= opsAtOnce ? ops.map((op) => encodeOp(scope, op)) : encodeSlices(scope, [...ops]);
}

/** A child without its parents: the same document, in its newest form, with the references set to null. */
export function encodeDetached(scope: Scope, child: RecordText, fields: ReadonlySet<string>): DriverOp {
  const { type, id, version, documentVersion, body } = { ...child, ...scope.lift(storedRecord(child)) };
  const freed = Object.fromEntries([...fields].map((field) => [field, null]));
  return encodePut(scope, { type, id, documentVersion, body: { ...body, ...freed } }, version, undefined);
}

async function encodeSlices(scope: Scope, ops: readonly WriteOp[]): Promise<readonly DriverOp[]> {
  const encoded: DriverOp[] = [];
  for (let start = 0; start < ops.length; start += opsAtOnce) {
    for (const op of ops.slice(start, start + opsAtOnce)) encoded.push(encodeOp(scope, op));
    await eventLoopTurn();
  }
  return encoded;
}

function encodeOp(scope: Scope, op: WriteOp): DriverOp {
  if (typeof op !== "object" || op === null) throw malformed("an op is an object");
  if ("put" in op) return encodePut(scope, op.put, op.expect, op.match);
  if ("delete" in op) return { kind: "delete", ...encodeKey(scope, op.delete), expect: checkExpect(op.expect) };
  if ("check" in op) return { kind: "check", ...encodeKey(scope, op.check), expect: checkExpect(op.expect) };
  if ("restore" in op) return encodeRestore(scope, op.restore);
  throw malformed("an op is one of put, delete, check, restore");
}

function encodePut(scope: Scope, put: NewRecord, expect: Expect, match: Match | undefined): DriverOp {
  const key = encodeKey(scope, put);
  const { text, fields } = encodeDocument(scope, put);
  const { documentVersion } = put;
  const encoded = { kind: "put", ...key, documentVersion, text, fields, expect: checkExpect(expect) } as const;
  return match === undefined ? encoded : { ...encoded, match: encodeMatch(scope, put.type, match) };
}

function encodeRestore(scope: Scope, restored: StoredRecord | Tombstone): DriverOp {
  const key = encodeKey(scope, restored);
  if (restored.tenant !== scope.tenant) {
    throw malformed(`a record of tenant "${String(restored.tenant)}" is restored through that tenant's view`);
  }
  const { type, tenant, id, version } = restored;
  checkWhole(version, 1, "version");
  if ("deleted" in restored) {
    checkWhole(restored.deleted, 0, "deleted");
    return { kind: "bury", ...key, tombstone: { type, tenant, id, version, deleted: restored.deleted } };
  }
  const { documentVersion, created, updated } = restored;
  checkWhole(created, 0, "created");
  checkWhole(updated, 0, "updated");
  const { text, fields } = encodeDocument(scope, restored);
  const record = { type, tenant, id, version, documentVersion, created, updated, text };
  return { kind: "restore", ...key, record, fields };
}

function encodeDocument(scope: Scope, { type, id, documentVersion, body }: NewRecord) {
  checkWhole(documentVersion, 1, "documentVersion");
  const encoded = encodeJson(body, scope.maxDocumentBytes);
  const document = { type, id, documentVersion, body: encoded.body };
  const { fields } = documentFields(typeLayout(scope.layout, type), scope.lift, document);
  return { text: encoded.text, fields };
}

function encodeMatch(scope: Scope, type: string, match: Match): ReadonlyMap<string, Scalar> {
  return new Map(
    Object.entries(match).map(([field, value]) => {
      checkMatchable(scope, type, field);
      if (value !== null && typeof value === "object")
        throw malformed(`"match" compares "${field}" with a plain value`);
      return [field, value];
    }),
  );
}

function checkMatchable({ layout }: Scope, type: string, field: string): void {
  const isSystem = systemFields.some((each) => each === field);
  if (isSystem) throw malformed(`"match" compares declared fields; "${field}" is not one, use "expect" for versions`);
  queryKind(layout, type, field);
}

function encodeKey({ tenant }: Scope, key: RecordKey): { tenant: string; type: string; id: string } {
  if (typeof key !== "object" || key === null) throw malformed("a key is { type, id }");
  const { type, id } = key;
  if (!isTypeName(type)) throw malformed("a type's name is 1 to 48 characters of A-Z a-z 0-9 _, a letter first");
  checkId(id);
  return { tenant, type, id };
}

function checkExpect(expect: Expect): Expect {
  if (expect === "any" || expect === "absent" || expect === "present") return expect;
  if (Number.isSafeInteger(expect)) return expect;
  throw malformed('"expect" is "any", "absent", "present" or a version');
}

function checkWhole(value: unknown, least: number, what: string): void {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= wholeMost) return;
  throw malformed(`"${what}" is a whole number from ${least} to 2^52`);
}

function malformed(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_ENTITY" });
}
