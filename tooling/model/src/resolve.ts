import type { Expect, Match, Query, Scalar, Where, WriteOp } from "@holdfast/core";

import type { ExpectDraft, FindDraft, KeyDraft, MatchDraft, OpDraft } from "./call.ts";
import { fieldsOf, timeText } from "./fields-of.ts";
import { fieldOf } from "./reference.ts";
import type { Reference } from "./reference.ts";

/** Fills in what a drawn op leaves open. */
export function resolveOp(draft: OpDraft, reference: Reference, tenant: string): WriteOp {
  const { type, id } = draft;
  switch (draft.op) {
    case "put": {
      const put = { type, id, documentVersion: 1 + (draft.id.length % 3), body: draft.body };
      const op = { put, expect: resolveExpect(draft, reference) };
      return draft.match === undefined ? op : { ...op, match: resolveMatch(draft, draft.match, reference) };
    }
    case "delete":
      return { delete: { type, id }, expect: resolveExpect(draft, reference) };
    case "check":
      return { check: { type, id }, expect: resolveExpect(draft, reference) };
    case "restore": {
      const version = Math.max(1, reference.version(type, id) + draft.above);
      const times = { created: draft.time, updated: draft.time + version };
      return { restore: { type, id, tenant, version, documentVersion: 7, ...times, body: draft.body } };
    }
    case "bury": {
      const version = Math.max(1, reference.version(type, id) + draft.above);
      // Of late: what was deleted more than a week ago, a store may forget.
      return { restore: { type, id, tenant, version, deleted: Date.now() * 1_000 - draft.ago } };
    }
    default:
      return draft satisfies never;
  }
}

export function resolveQuery({ where, ...rest }: FindDraft, reference: Reference): Query {
  return { ...rest, where: resolveWhere(where, reference) };
}

export function resolveWhere(where: Where = {}, reference: Reference): Where {
  const live = [...reference.entries.values()].filter((each) => each.live);
  const stamps = live.flatMap(({ created, updated }) => [created, updated]);
  const held = (place: number, field: string): Scalar => {
    const row = live[place % Math.max(1, live.length)];
    return row === undefined ? null : fieldsOf(row)(field);
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== "object" || value === null) return value;
    if ("stamp" in value) return timeText(stamps[Number(value.stamp) % Math.max(1, stamps.length)] ?? 0);
    if ("record" in value && "field" in value) return held(Number(value.record), String(value.field));
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolve(part)]));
  };
  return resolve(where) as Where;
}

function resolveExpect(draft: KeyDraft & { readonly expect: ExpectDraft }, reference: Reference): Expect {
  return typeof draft.expect === "object" ? reference.version(draft.type, draft.id) + draft.expect.above : draft.expect;
}

function resolveMatch({ type, id }: KeyDraft, match: MatchDraft, reference: Reference): Match {
  const stored = reference.get(type, id);
  return Object.fromEntries(
    Object.entries(match).map(([field, value]) => {
      if (typeof value !== "object" || value === null) return [field, value];
      return [field, stored === undefined ? null : fieldOf(stored, value.stored)];
    }),
  );
}
