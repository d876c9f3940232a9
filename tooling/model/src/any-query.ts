import fc from "fast-check";
import type { OrderBy, Scalar, Where } from "@holdfast/core";

import type { FindDraft } from "./call.ts";
import { itemFields, types } from "./model-layout.ts";
import { anyNumber, anyScalar, anyText, anyId, anyPart } from "./nasty.ts";

const fields = [...itemFields.map(({ name }) => name), "id", "version"];
const times = ["createdAt", "updatedAt"];
const single = fc.constantFrom("eq", "ne", "lt", "lte", "gt", "gte");
const directions = ["asc", "desc"] as const;

export const anyType: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constant(types[0]), weight: 4 },
  { arbitrary: fc.constant(types[1]), weight: 1 },
);

export const anyField: fc.Arbitrary<string> = fc.constantFrom(...fields);

/** More often than not of a kind that the field can hold. */
function operandFor(field: string): fc.Arbitrary<Scalar> {
  return fc.oneof({ arbitrary: fittingOperand(field), weight: 5 }, { arbitrary: anyScalar, weight: 1 });
}

function fittingOperand(field: string): fc.Arbitrary<Scalar> {
  switch (field) {
    case "id":
      return anyId;
    case "version":
      return fc.integer({ min: 0, max: 9 });
    case "status":
      return fc.constantFrom("open", "d", "");
    case "done":
      return fc.boolean();
    case "rank":
      return anyNumber;
    default:
      return anyText;
  }
}

const fieldTest: fc.Arbitrary<Where> = anyField.chain((field) => {
  const operand = operandFor(field);
  const held = fc.nat(20).map((record) => ({ record, field }));
  const condition = fc.oneof(
    { arbitrary: operand, weight: 2 },
    { arbitrary: fc.tuple(single, operand).map(([operator, value]) => ({ [operator]: value })), weight: 4 },
    { arbitrary: fc.tuple(single, held).map(([operator, value]) => ({ [operator]: value })), weight: 4 },
    {
      arbitrary: fc
        .tuple(fc.constantFrom("in", "notIn"), fc.array(fc.oneof(operand, held), { maxLength: 4 }))
        .map(([operator, values]) => ({ [operator]: values })),
      weight: 2,
    },
    {
      arbitrary: fc
        .tuple(fc.constantFrom("startsWith", "contains"), fc.oneof(anyPart, field === "id" ? anyId : anyText))
        .map(([operator, value]) => ({ [operator]: value })),
      weight: 5,
    },
    { arbitrary: fc.boolean().map((exists) => ({ exists })), weight: 1 },
    { arbitrary: fc.tuple(operand, operand).map(([gte, lt]) => ({ gte, lt })), weight: 1 },
  );
  return condition.map((part) => ({ [field]: part }) as object as Where);
});

const timeTest: fc.Arbitrary<Where> = fc
  .tuple(fc.constantFrom(...times), single, fc.nat(30))
  .map(([field, operator, stamp]) => ({ [field]: { [operator]: { stamp } } }) as object as Where);

export const anyWhere: fc.Arbitrary<Where> = fc.letrec<{ where: Where }>((tie) => ({
  where: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { arbitrary: fieldTest, weight: 6 },
    { arbitrary: timeTest, weight: 1 },
    { arbitrary: fc.tuple(fieldTest, fieldTest).map(([a, b]) => ({ ...a, ...b })), weight: 1 },
    { arbitrary: fc.array(tie("where"), { maxLength: 3 }).map((and) => ({ and })), weight: 1 },
    { arbitrary: fc.array(tie("where"), { maxLength: 3 }).map((or) => ({ or })), weight: 2 },
    { arbitrary: tie("where").map((not) => ({ not })), weight: 2 },
  ),
})).where;

/** One direction for all, or any along the declared index; an order names a field once. */
const anyOrder: fc.Arbitrary<readonly OrderBy[]> = fc.oneof(
  {
    arbitrary: fc
      .tuple(fc.uniqueArray(fc.constantFrom(...fields, ...times), { maxLength: 3 }), fc.constantFrom(...directions))
      .map(([names, direction]) => names.map((field) => ({ field, direction }))),
    weight: 4,
  },
  {
    arbitrary: fc.tuple(fc.constantFrom(...directions), fc.constantFrom(...directions)).map(([first, second]) => [
      { field: "status", direction: first },
      { field: "rank", direction: second },
    ]),
    weight: 1,
  },
);

export const anyLimit: fc.Arbitrary<number> = fc.constantFrom(1, 2, 3, 5, 100);

export const anyFind: fc.Arbitrary<FindDraft> = fc
  .tuple(anyType, fc.option(anyWhere), fc.option(anyOrder), anyLimit, fc.constantFrom(false, false, false, true))
  .map(([type, where, orderBy, limit, isSlim]) => ({
    type,
    limit,
    ...(where === null ? {} : { where }),
    ...(orderBy === null ? {} : { orderBy }),
    ...(isSlim ? { omit: "body" as const } : {}),
  }));
