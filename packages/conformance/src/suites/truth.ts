import assert from "node:assert/strict";

import type { JsonObject, Scalar, Where } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { Behaviour, TenantSession, Theme } from "../behaviour.ts";
import { insert } from "../ops.ts";
import { range, save, show, wrongly, writeAll } from "../shorthand.ts";
import { holds } from "../truth-table.ts";
import type { Operator } from "../truth-table.ts";
import { listsOf, operandsOf, otherKinds, storedTexts, storedValues } from "./truth-values.ts";
import type { Field } from "./truth-values.ts";

const compared: readonly Operator[] = ["eq", "ne", "lt", "lte", "gt", "gte"];
const fields = ["name", "rank", "done"] as const;
const kindOf = { name: "strings", rank: "numbers", done: "booleans" };

export const truth: Theme = {
  name: "the truth table of conditions",
  behaviours: [
    ...fields.flatMap((field) => compared.map((operator) => table(field, operator, operandsOf(field)))),
    ...fields.flatMap((field) => (["in", "notIn"] as const).map((operator) => table(field, operator, listsOf(field)))),
    ...fields.map((field) => table(field, "exists", [true, false])),
    ...(["startsWith", "contains"] as const).map((operator) => table("name", operator, [...storedTexts(), null])),
    ...(["startsWith", "contains"] as const).map((operator) => table("rank", operator, ["", "5", null])),
    anywhere("a bare value means eq, null included", async ({ store }) => {
      await stock(store, "name");
      for (const operand of [...storedTexts(), ...otherKinds.name]) {
        await expectTable(store, "name", { name: operand }, (value) => holds(value, "eq", operand));
      }
    }),
    anywhere("several operators on one field hold together", async ({ store }) => {
      await stock(store, "rank");
      const inside = (value: Scalar | undefined) => holds(value, "gte", 0) && holds(value, "lt", 5) && value !== 1;
      await expectTable(store, "rank", { rank: { gte: 0, lt: 5, ne: 1 } }, inside);
      await expectTable(store, "rank", { not: { rank: { gte: 0, lt: 5, ne: 1 } } }, (value) => !inside(value));
    }),
    anywhere("and, or and not are plain logic, however they are nested", async ({ store }) => {
      await stock(store, "rank");
      const low: Where = { rank: { lt: 1 } };
      const high: Where = { rank: { gt: 5 } };
      const isLow = (value: Scalar | undefined) => holds(value, "lt", 1);
      const isHigh = (value: Scalar | undefined) => holds(value, "gt", 5);
      const cases: readonly (readonly [Where, (value: Scalar | undefined) => boolean])[] = [
        [{ and: [low, high] }, () => false],
        [{ or: [low, high] }, (value) => isLow(value) || isHigh(value)],
        [{ not: { or: [low, high] } }, (value) => !isLow(value) && !isHigh(value)],
        [{ not: { and: [low, { not: high }] } }, (value) => !(isLow(value) && !isHigh(value))],
        [{ not: { not: low } }, isLow],
        [{ or: [low], and: [{ not: high }], rank: { exists: true } }, isLow],
        [{ not: { or: [low], rank: { exists: true } } }, (value) => !isLow(value)],
        [{}, () => true],
        [{ not: {} }, () => false],
        [{ and: [] }, () => true],
        [{ or: [] }, () => false],
        [{ not: { or: [] } }, () => true],
        [{ rank: {} }, () => true],
        [{ rank: undefined }, () => true],
        [{ or: [{ rank: { in: [] } }, { rank: { notIn: [] } }] }, () => true],
      ];
      for (const [where, expected] of cases) await expectTable(store, "rank", where, expected);
    }),
    anywhere("compares ids by code point and versions as numbers", async ({ store }) => {
      const ids = ["a", "B", "b", "é", "\u{1f600}", "\uff5e"];
      await writeAll(
        store,
        ids.map((id) => insert("Item", id)),
      );
      await save(store, "Item", "b");
      for (const operator of compared) {
        for (const operand of [...ids, null, 5]) {
          const found = await idsWhere(store, { id: { [operator]: operand } });
          assert.deepEqual(
            found,
            ids.filter((id) => holds(id, operator, operand)).sort(),
            `id ${operator} ${show(operand)}`,
          );
        }
      }
      assert.deepEqual(await idsWhere(store, { id: { startsWith: "\uff5e" } }), ["\uff5e"]);
      assert.deepEqual(await idsWhere(store, { version: { gt: 1 } }), ["b"]);
      assert.deepEqual(await idsWhere(store, { version: "2" }), []);
    }),
  ],
};

/** Every operand against every stored value, plain and under `not`. */
function table(field: Field, operator: Operator, operands: readonly unknown[]): Behaviour {
  return anywhere(`${operator} on ${kindOf[field]}, for every pair of values and under not`, async ({ store }) => {
    await stock(store, field);
    for (const operand of operands) {
      const where: Where = { [field]: wrongly<Where>({ [operator]: operand }) };
      await expectTable(store, field, where, (value) => holds(value, operator, operand));
      await expectTable(store, field, { not: where }, (value) => !holds(value, operator, operand));
    }
  });
}

async function stock(store: TenantSession, field: Field): Promise<void> {
  const bodies = storedValues[field].map((value): JsonObject => (value === undefined ? {} : { [field]: value }));
  await writeAll(
    store,
    bodies.map((body, at) => insert("Item", `v${at}`, body)),
  );
}

async function expectTable(
  store: TenantSession,
  field: Field,
  where: Where,
  expected: (value: Scalar | undefined) => boolean,
): Promise<void> {
  const stored = storedValues[field];
  const found = new Set(await idsWhere(store, where));
  const wrong = range(stored.length).filter((at) => found.has(`v${at}`) !== expected(stored[at]));
  const details = wrong.map((at) => `${escaped(stored[at])} ${found.has(`v${at}`) ? "is found" : "is missing"}`);
  assert.equal(wrong.length, 0, `where ${escaped(where)}: ${details.join(", ")}`);
}

async function idsWhere(store: TenantSession, where: Where): Promise<readonly string[]> {
  const { records } = await store.find({ type: "Item", where, limit: 1_000, omit: "body" });
  return records.map(({ id }) => id).sort();
}

/** Visible in any terminal. */
function escaped(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
