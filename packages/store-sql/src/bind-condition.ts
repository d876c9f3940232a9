import { columnPrefixBound, encodeColumnText } from "@holdfast/core";
import type { Condition, FieldTest, Scalar } from "@holdfast/core";

import type { BoundCondition, Comparison } from "./bound-condition.ts";
import { encodeValue } from "./record-codec.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import type { Statement, Template } from "./statement.ts";
import { columnOf } from "./tables.ts";
import type { QueriedColumn, Table } from "./tables.ts";
import { wholeNumberTest } from "./whole-number-test.ts";

/** Where the values of a statement gather, in the order in which its conditions name them. */
export class BoundValues {
  readonly values: unknown[] = [];
  /** Whether one of them is a list, of one value or of thousands. */
  hasLists = false;
  readonly dialect: SqlDialect;

  /** `before`: what else the statement is bound to. */
  constructor(dialect: SqlDialect, before: readonly unknown[]) {
    this.dialect = dialect;
    this.values.push(...before);
  }

  /** The statement, bound to all of them. */
  bind(template: Template): Statement {
    return this.hasLists ? template.bindAnew(this.values) : template.bind(this.values);
  }

  /** The place of a value. */
  add(value: unknown): number {
    return this.values.push(value) - 1;
  }
}

/** A condition, its values taken out. */
export function bindCondition(table: Table, condition: Condition, into: BoundValues): BoundCondition {
  switch (condition.kind) {
    case "constant":
      return condition;
    case "all":
    case "any":
      return { kind: condition.kind, of: condition.of.map((each) => bindCondition(table, each, into)) };
    case "test":
      return bindTest(columnOf(table, condition.field), condition, into);
    default:
      return condition satisfies never;
  }
}

/** A column against a value that is not null. */
export function bindComparison(
  column: QueriedColumn,
  operator: Comparison,
  operand: Scalar,
  into: BoundValues,
): BoundCondition {
  const test =
    typeof operand === "number" && column.kind === "integer" ? wholeNumberTest(operator, operand) : undefined;
  if (test?.constant !== undefined) return { kind: "constant", value: test.constant };
  const at = into.add(encodeValue(into.dialect, test?.operand ?? operand));
  return { kind: "compare", column: column.name, operator: test?.operator ?? operator, at };
}

function bindTest(column: QueriedColumn, test: FieldTest, into: BoundValues): BoundCondition {
  if (test.operator === "isNull") return { kind: test.negated ? "notNull" : "null", column: column.name };
  const plain = bindPlain(column, test, into);
  return test.negated ? { kind: "not", of: plain } : plain;
}

function bindPlain(
  column: QueriedColumn,
  test: Exclude<FieldTest, { readonly operator: "isNull" }>,
  into: BoundValues,
): BoundCondition {
  switch (test.operator) {
    case "in":
      return { kind: "among", column: column.name, of: column.kind, at: into.add(list(column, test.operands, into)) };
    case "startsWith":
      return startsWith(column.name, encodeColumnText(test.operand), into);
    case "contains":
      return { kind: "contains", column: column.name, at: into.add(encodeColumnText(test.operand)) };
    case "eq":
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return bindComparison(column, test.operator, test.operand, into);
    default:
      return test satisfies never;
  }
}

function list({ kind }: QueriedColumn, operands: readonly Scalar[], into: BoundValues): unknown {
  const { dialect } = into;
  into.hasLists = true;
  const storable = kind === "integer" ? operands.filter((each) => Number.isSafeInteger(each)) : operands;
  return dialect.bindList(
    kind,
    storable.map((each) => encodeValue(dialect, each)),
  );
}

/** A range, open where no text stands above. */
function startsWith(column: string, prefix: string, into: BoundValues): BoundCondition {
  const from: BoundCondition = { kind: "compare", column, operator: "gte", at: into.add(prefix) };
  const bound = columnPrefixBound(prefix);
  if (bound === undefined) return from;
  return { kind: "all", of: [from, { kind: "compare", column, operator: "lt", at: into.add(bound) }] };
}
