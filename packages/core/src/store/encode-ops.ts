import type { DriverKey, DriverOp, RecordText } from "../driver.ts";
import { HoldfastError } from "../errors.ts";
import { documentFields } from "../document-fields.ts";
import { checkPlain, readHandedIn } from "../handed-in.ts";
import { encodeJson } from "../json-codec.ts";
import { typeLayout } from "../layout.ts";
import { checkId, isTypeName } from "../names.ts";
import { systemFields } from "../query.ts";
import { queryKind } from "../queryable-fields.ts";
import type { Expect, JsonObject, Scalar } from "../record.ts";
import { eventLoopTurn } from "../event-loop-turn.ts";
import type { EncodedGroup } from "./encoded-group.ts";
import { storedRecord } from "./records.ts";
import type { Scope } from "./scope.ts";
import type { TakenOp } from "./take-ops.ts";

const opsAtOnce = 500;
/** Versions, and times in microseconds (the year 2112): far enough below 2^53 for later ones to rise exactly. */
const wholeMost = 2 ** 52;

const aMatch = { what: 'a "match"', code: "INVALID_ENTITY" } as const;

interface EncodedOp {
  readonly op: DriverOp;
  readonly body?: JsonObject;
}

/** Puts are copies of it, as is all that a batch keeps by the thousand: docs/decisions/0068. */
const putShape: Extract<DriverOp, { kind: "put" }> = {
  kind: "put",
  tenant: "",
  type: "",
  id: "",
  documentVersion: 0,
  text: "",
  fields: new Map(),
  expect: "any",
};
const encodedShape: EncodedOp = { op: putShape, body: {} };

/**
 * Checks and encodes the ops of one group. A small batch is encoded before this returns; a large one in slices that
 * let the event loop turn, so its documents must stay as they are until the write settles.
 */
export function encodeOps(scope: Scope, ops: readonly TakenOp[]): EncodedGroup | Promise<EncodedGroup> {
  if (ops.length > opsAtOnce) return encodeSlices(scope, ops);
  return groupOf(ops.map((op) => encodeOp(scope, op)));
}

/** A child without its parents: the same document, in its newest form, with the references set to null. */
export function encodeDetached(scope: Scope, child: RecordText, fields: ReadonlySet<string>): DriverOp {
  const { type, id, version, documentVersion, body } = { ...child, ...scope.lift(storedRecord(child)) };
  const freed = Object.fromEntries([...fields].map((field) => [field, null]));
  const put = { type, id, documentVersion, body: { ...body, ...freed } };
  return encodePut(scope, { kind: "put", put, expect: version, match: undefined }).op;
}

async function encodeSlices(scope: Scope, ops: readonly TakenOp[]): Promise<EncodedGroup> {
  const encoded: EncodedOp[] = [];
  for (let start = 0; start < ops.length; start += opsAtOnce) {
    for (const op of ops.slice(start, start + opsAtOnce)) encoded.push(encodeOp(scope, op));
    await eventLoopTurn();
  }
  return groupOf(encoded);
}

function groupOf(encoded: readonly EncodedOp[]): EncodedGroup {
  return { group: encoded.map(({ op }) => op), bodies: encoded.map(({ body }) => body) };
}

function encodeOp(scope: Scope, op: TakenOp): EncodedOp {
  switch (op.kind) {
    case "put":
      return encodePut(scope, op);
    case "delete":
    case "check":
      return { op: { kind: op.kind, ...encodeKey(scope, op.key), expect: checkExpect(op.expect) } };
    case "restore":
      return encodeRestore(scope, op.restored);
    default:
      return op satisfies never;
  }
}

function encodePut(scope: Scope, { put, expect, match }: Extract<TakenOp, { kind: "put" }>): EncodedOp {
  const key = encodeKey(scope, put);
  const { tenant, type, id } = key;
  const { body, documentVersion, text, fields } = encodeDocument(scope, key, put);
  const op = { ...putShape, tenant, type, id, documentVersion, text, fields, expect: checkExpect(expect) };
  const whole = match === undefined ? op : { ...op, match: encodeMatch(scope, type, match) };
  return { ...encodedShape, op: whole, body };
}

function encodeRestore(scope: Scope, restored: Extract<TakenOp, { kind: "restore" }>["restored"]): EncodedOp {
  const key = encodeKey(scope, restored);
  if (restored.tenant !== scope.tenant) throw malformed("a record is restored through the view of its own tenant");
  const version = wholeNumber(restored.version, 1, "version");
  if (restored.deleted !== undefined) {
    if (restored.body !== undefined) throw malformed("what is restored is a record or a tombstone, not both");
    const deleted = wholeNumber(restored.deleted, 0, "deleted");
    return { op: { kind: "bury", ...key, tombstone: { ...key, version, deleted } } };
  }
  const created = wholeNumber(restored.created, 0, "created");
  const updated = wholeNumber(restored.updated, 0, "updated");
  const { documentVersion, text, fields, body } = encodeDocument(scope, key, restored);
  const record = { ...key, version, documentVersion, created, updated, text };
  return { op: { kind: "restore", ...key, record, fields }, body };
}

interface HandedDocument {
  readonly documentVersion?: unknown;
  readonly body?: unknown;
}

function encodeDocument(scope: Scope, { type, id }: DriverKey, handed: HandedDocument) {
  const documentVersion = wholeNumber(handed.documentVersion, 1, "documentVersion");
  const { body, text } = encodeJson(handed.body, scope.maxDocumentBytes);
  const { fields } = documentFields(typeLayout(scope.layout, type), scope.lift, { type, id, documentVersion, body });
  return { documentVersion, text, fields, body };
}

function encodeMatch(scope: Scope, type: string, match: unknown): ReadonlyMap<string, Scalar> {
  return readHandedIn(aMatch, () => {
    checkPlain(match, aMatch);
    const encoded = new Map<string, Scalar>();
    for (const field of Object.keys(match)) {
      checkMatchable(scope, type, field);
      encoded.set(field, plainValue(field, Reflect.get(match, field)));
    }
    return encoded;
  });
}

function plainValue(field: string, value: unknown): Scalar {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value === 0 ? 0 : value;
  throw malformed(`"match" compares "${field}" with a plain value`);
}

function checkMatchable({ layout }: Scope, type: string, field: string): void {
  const isSystem = systemFields.some((each) => each === field);
  if (isSystem) throw malformed(`"match" compares declared fields; "${field}" is not one, use "expect" for versions`);
  queryKind(layout, type, field);
}

function encodeKey({ tenant }: Scope, { type, id }: { readonly type?: unknown; readonly id?: unknown }): DriverKey {
  if (!isTypeName(type)) throw malformed("a type's name is 1 to 48 characters of A-Z a-z 0-9 _, a letter first");
  checkId(id);
  return { tenant, type, id };
}

function checkExpect(expect: unknown): Expect {
  if (expect === "any" || expect === "absent" || expect === "present") return expect;
  if (typeof expect === "number" && Number.isSafeInteger(expect)) return expect;
  throw malformed('"expect" is "any", "absent", "present" or a version');
}

function wholeNumber(value: unknown, least: number, what: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= wholeMost) return value;
  throw malformed(`"${what}" is a whole number from ${least} to 2^52`);
}

function malformed(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_ENTITY" });
}
