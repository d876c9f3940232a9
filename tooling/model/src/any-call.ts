import fc from "fast-check";

import { anyField, anyFind, anyLimit, anyType, anyWhere } from "./any-query.ts";
import type { Call, ExpectDraft, MatchDraft, OpDraft, SessionCall } from "./call.ts";
import { itemFields } from "./model-layout.ts";
import { anyBody, anyId, anyScalar } from "./nasty.ts";

const anyKey = fc.record({ type: anyType, id: anyId });

const anyExpect: fc.Arbitrary<ExpectDraft> = fc.oneof(
  { arbitrary: fc.constant("any" as const), weight: 5 },
  { arbitrary: fc.constantFrom("absent" as const, "present" as const), weight: 2 },
  { arbitrary: fc.constantFrom({ above: 0 }, { above: 0 }, { above: -1 }, { above: 1 }), weight: 3 },
);

const anyMatch: fc.Arbitrary<MatchDraft> = fc
  .constantFrom(...itemFields.map(({ name }) => name))
  .chain((field) =>
    fc.oneof(fc.constant({ stored: field }), anyScalar).map((value): MatchDraft => ({ [field]: value })),
  );

/** Times of long ago, some of them equal. */
const anyTime = fc.constantFrom(1_000_000_000_000_000, 1_000_000_000_000_001, 1_000_000_000_001_000);
const above = fc.constantFrom(-1, 0, 1, 1, 2, 5);

const anyOp: fc.Arbitrary<OpDraft> = fc.oneof(
  {
    arbitrary: fc
      .tuple(anyKey, anyBody, anyExpect, anyMatch)
      .map(([key, body, expect, match]) => ({ ...key, op: "put" as const, body, expect, match })),
    weight: 2,
  },
  {
    arbitrary: fc
      .tuple(anyKey, anyBody, anyExpect)
      .map(([key, body, expect]) => ({ ...key, op: "put" as const, body, expect })),
    weight: 10,
  },
  {
    arbitrary: fc
      .tuple(anyKey, fc.constantFrom("delete" as const, "check" as const), anyExpect)
      .map(([key, op, expect]) => ({ ...key, op, expect })),
    weight: 4,
  },
  {
    arbitrary: fc
      .tuple(anyKey, anyBody, above, anyTime)
      .map(([key, body, by, time]) => ({ ...key, op: "restore" as const, body, above: by, time })),
    weight: 2,
  },
  {
    arbitrary: fc
      .tuple(anyKey, above, fc.constantFrom(0, 1, 1_000))
      .map(([key, by, ago]) => ({ ...key, op: "bury" as const, above: by, ago })),
    weight: 1,
  },
);

const anyWrite: fc.Arbitrary<SessionCall> = fc
  .oneof(
    { arbitrary: fc.array(anyOp, { minLength: 1, maxLength: 1 }), weight: 3 },
    { arbitrary: fc.array(anyOp, { maxLength: 5 }), weight: 2 },
  )
  .map((ops) => ({ call: "write", ops }));

const simpleCalls: fc.WeightedArbitrary<SessionCall>[] = [
  { arbitrary: anyWrite, weight: 24 },
  { arbitrary: anyFind.map((query) => ({ call: "find", query })), weight: 14 },
  { arbitrary: fc.tuple(fc.nat(20), anyLimit).map(([token, limit]) => ({ call: "turn", token, limit })), weight: 8 },
  {
    arbitrary: fc
      .tuple(anyType, fc.array(anyId, { maxLength: 4 }))
      .map(([type, some]) => ({ call: "get", type, ids: some })),
    weight: 8,
  },
  { arbitrary: fc.tuple(anyType, anyWhere).map(([type, where]) => ({ call: "count", type, where })), weight: 4 },
  {
    arbitrary: fc
      .tuple(anyType, fc.oneof(anyField, fc.constantFrom("createdAt", "updatedAt")), anyWhere)
      .map(([type, field, where]) => ({ call: "countBy", type, field, where })),
    weight: 3,
  },
];

const sessionCall = fc.letrec<{ any: SessionCall; transaction: SessionCall }>((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, ...simpleCalls, { arbitrary: tie("transaction"), weight: 8 }),
  transaction: fc
    .record({
      calls: fc.array(tie("any"), { maxLength: 5 }),
      ends: fc.constantFrom("commits" as const, "commits" as const, "throws" as const),
      readOnly: fc.constantFrom(false, false, false, false, true),
    })
    .map((drawn) => ({ call: "transaction" as const, ...drawn })),
})).any;

/** Any call on a store: a session's calls above all. */
export const anyCall: fc.Arbitrary<Call> = fc.oneof(
  { arbitrary: sessionCall, weight: 90 },
  { arbitrary: fc.constant<Call>({ call: "follow" }), weight: 3 },
  {
    arbitrary: fc.constantFrom<Call>({ call: "stats" }, { call: "check" }, { call: "reset" }, { call: "reopen" }),
    weight: 4,
  },
);
