import { HoldfastError } from "./errors.ts";

const idBytesMost = 512;
/** What most ids are: a character of these is a byte, so there is nothing more to be checked. */
const plainId = /^[\u0020-\u007e]{1,512}$/;
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/;
const typePattern = /^[A-Za-z][A-Za-z0-9_]{0,47}$/;
const reservedPrefix = /^(?:sqlite_|pg_|holdfast_)/i;
const tenantPattern = /^[A-Za-z0-9_-]{1,64}$/;

export const defaultTenant = "default";

/** Ids are strings and never coerced: 1 to 512 bytes of well-formed UTF-8, no control characters; else INVALID_ID. */
export function checkId(id: unknown): asserts id is string {
  const reason = idProblem(id);
  if (reason !== undefined) throw new HoldfastError(`an id ${reason}`, { code: "INVALID_ID", details: { reason } });
}

/** Whether a value is such an id. */
export function isId(value: unknown): value is string {
  return idProblem(value) === undefined;
}

function idProblem(id: unknown): string | undefined {
  if (typeof id !== "string") return "must be a string";
  if (plainId.test(id)) return undefined;
  if (id === "") return "must not be empty";
  if (id.length > idBytesMost || Buffer.byteLength(id) > idBytesMost) return `takes at most ${idBytesMost} bytes`;
  if (!id.isWellFormed()) return "must not hold half a surrogate pair";
  return controlCharacters.test(id) ? "must not hold control characters" : undefined;
}

/** Names that types may have, of those that were asked for: a program has few types, and names them with each op. */
const knownTypes = new Set<string>();
const knownMost = 1_000;

/** Whether a type may have this name: [A-Za-z][A-Za-z0-9_]*, at most 48 characters, no reserved prefix. */
export function isTypeName(name: unknown): name is string {
  if (typeof name !== "string") return false;
  if (knownTypes.has(name)) return true;
  if (!typePattern.test(name) || reservedPrefix.test(name)) return false;
  if (knownTypes.size < knownMost) knownTypes.add(name);
  return true;
}

/** INVALID_ID unless the name has 1 to 64 of [A-Za-z0-9_-]: a tenant is the first part of every key. */
export function checkTenant(name: unknown): asserts name is string {
  if (isTenant(name)) return;
  throw new HoldfastError("a tenant's name has 1 to 64 characters of A-Z a-z 0-9 _ -", { code: "INVALID_ID" });
}

/** Whether a value is such a name. */
export function isTenant(value: unknown): value is string {
  return typeof value === "string" && tenantPattern.test(value);
}
