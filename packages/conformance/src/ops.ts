import type { Expect, JsonObject, Match, WriteOp } from "@holdfast/core";

/** Writes whatever is stored, unless something is expected. */
export function put(type: string, id: string, body: JsonObject = {}, expect: Expect = "any"): WriteOp {
  return { put: { type, id, documentVersion: 1, body }, expect };
}

export function insert(type: string, id: string, body: JsonObject = {}): WriteOp {
  return put(type, id, body, "absent");
}

export function putMatching(type: string, id: string, body: JsonObject, match: Match, expect: Expect = "any"): WriteOp {
  return { put: { type, id, documentVersion: 1, body }, expect, match };
}

export function remove(type: string, id: string, expect: Expect = "any"): WriteOp {
  return { delete: { type, id }, expect };
}

export function check(type: string, id: string, expect: Expect): WriteOp {
  return { check: { type, id }, expect };
}
