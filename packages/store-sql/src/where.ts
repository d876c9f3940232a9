import { columnPrefixBound, encodeColumnText } from "@holdfast/core";
import type { Condition, FieldTest, Scalar } from "@holdfast/core";
import { sql } from "kysely";
import type { RawBuilder, SqlBool } from "kysely";

import { encodeValue } from "./record-codec.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import { columnOf, keyColumns } from "./tables.ts";
import type { QueriedColumn, Table } from "./tables.ts";
import { wholeNumberTest } from "./whole-number-test.ts";

export type Predicate = RawBuilder<SqlBool>;
type Comparison = "eq" | "lt" | "lte" | "gt" | "gte";

const operators = { eq: sql`=`, lt: sql`<`, lte: sql`<=`, gt: sql`>`, gte: sql`>=` } as const;

/** That a row belongs to this tenant and type: what every condition on records begins with. Takes slots, too. */
export function ownRows(table: Table, tenant: unknown, type: unknown): Predicate {
  const values = [tenant, type];
  return allOf(keyColumns(table).map(({ name }, at) => sql<SqlBool>`${sql.ref(name)} = ${values[at]}`));
}

/**
 * A condition in SQL. A test that is not negated stays in the form that an index answers; where its field is null it
 * is unknown, which a WHERE takes for false. A negated one turns both into true.
 */
export function wherePredicate(dialect: SqlDialect, table: Table, condition: Condition): Predicate {
  switch (condition.kind) {
    case "constant":
      return constant(condition.value);
    case "all":
      return allOf(condition.of.map((each) => wherePredicate(dialect, table, each)));
    case "any":
      return anyOf(condition.of.map((each) => wherePredicate(dialect, table, each)));
    case "test":
      return testPredicate(dialect, columnOf(table, condition.field), condition);
    default:
      return condition satisfies never;
  }
}

/** A column against a value that is not null. */
export function compare(dialect: SqlDialect, column: QueriedColumn, operator: Comparison, operand: Scalar): Predicate {
  const test =
    typeof operand === "number" && column.kind === "integer" ? wholeNumberTest(operator, operand) : undefined;
  if (test?.constant !== undefined) return constant(test.constant);
  const value = encodeValue(dialect, test?.operand ?? operand);
  return sql`${sql.ref(column.name)} ${operators[test?.operator ?? operator]} ${value}`;
}

export function isNull(column: QueriedColumn): Predicate {
  return sql`${sql.ref(column.name)} is null`;
}

export function isNotNull(column: QueriedColumn): Predicate {
  return sql`${sql.ref(column.name)} is not null`;
}

export function allOf(predicates: readonly Predicate[]): Predicate {
  return join(predicates, sql`and`) ?? constant(true);
}

function anyOf(predicates: readonly Predicate[]): Predicate {
  return join(predicates, sql`or`) ?? constant(false);
}

function testPredicate(dialect: SqlDialect, column: QueriedColumn, test: FieldTest): Predicate {
  if (test.operator === "isNull") return test.negated ? isNotNull(column) : isNull(column);
  const plain = plainTest(dialect, column, test);
  return test.negated ? sql`(${plain}) is not true` : plain;
}

function plainTest(
  dialect: SqlDialect,
  column: QueriedColumn,
  test: Exclude<FieldTest, { readonly operator: "isNull" }>,
): Predicate {
  switch (test.operator) {
    case "in":
      return among(dialect, column, test.operands);
    case "startsWith":
      return startsWith(column, encodeColumnText(test.operand));
    case "contains":
      return dialect.contains(sql.ref(column.name), encodeColumnText(test.operand));
    case "eq":
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return compare(dialect, column, test.operator, test.operand);
    default:
      return test satisfies never;
  }
}

function among(dialect: SqlDialect, column: QueriedColumn, operands: readonly Scalar[]): Predicate {
  const storable = column.kind === "integer" ? operands.filter((each) => Number.isSafeInteger(each)) : operands;
  const values = storable.map((each) => encodeValue(dialect, each));
  return dialect.among(sql.ref(column.name), column.kind, dialect.bindList(column.kind, values));
}

function startsWith(column: QueriedColumn, prefix: string): Predicate {
  const bound = columnPrefixBound(prefix);
  const reference = sql.ref(column.name);
  const from = sql<SqlBool>`${reference} >= ${prefix}`;
  return bound === undefined ? from : sql`${from} and ${reference} < ${bound}`;
}

function constant(value: boolean): Predicate {
  return value ? sql`1 = 1` : sql`1 = 0`;
}

/** Joined as a balanced tree: a chain of thousands is deeper than databases go. */
function join(predicates: readonly Predicate[], word: RawBuilder<unknown>): Predicate | undefined {
  if (predicates.length <= 1) return predicates[0];
  const middle = Math.ceil(predicates.length / 2);
  const left = join(predicates.slice(0, middle), word);
  const right = join(predicates.slice(middle), word);
  return left === undefined || right === undefined ? (left ?? right) : sql`(${left} ${word} ${right})`;
}
