import { sql } from "kysely";
import type { RawBuilder, SqlBool } from "kysely";

import type { BoundCondition } from "./bound-condition.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import { slot } from "./statement.ts";
import { keyColumns } from "./tables.ts";
import type { Table } from "./tables.ts";

export type Predicate = RawBuilder<SqlBool>;

const operators = { eq: sql`=`, lt: sql`<`, lte: sql`<=`, gt: sql`>`, gte: sql`>=` } as const;

/** That a row belongs to this tenant and type: what every condition on records begins with. Takes slots, too. */
export function ownRows(table: Table, tenant: unknown, type: unknown): Predicate {
  const values = [tenant, type];
  return allOf(keyColumns(table).map(({ name }, at) => sql<SqlBool>`${sql.ref(name)} = ${values[at]}`));
}

/**
 * A condition in SQL, with a slot for each value. A test that is not negated stays in the form that an index answers;
 * where its field is null it is unknown, which a WHERE takes for false. A negated one turns both into true.
 */
export function wherePredicate(dialect: SqlDialect, condition: BoundCondition): Predicate {
  switch (condition.kind) {
    case "constant":
      return constant(condition.value);
    case "all":
      return allOf(condition.of.map((each) => wherePredicate(dialect, each)));
    case "any":
      return anyOf(condition.of.map((each) => wherePredicate(dialect, each)));
    case "not":
      return sql`(${wherePredicate(dialect, condition.of)}) is not true`;
    case "null":
      return sql`${sql.ref(condition.column)} is null`;
    case "notNull":
      return isNotNull(condition.column);
    case "compare":
      return sql`${sql.ref(condition.column)} ${operators[condition.operator]} ${slot(condition.at)}`;
    case "among":
      return dialect.among(sql.ref(condition.column), condition.of, slot(condition.at));
    case "contains":
      return dialect.contains(sql.ref(condition.column), slot(condition.at));
    case "row":
      return rowPredicate(condition);
    default:
      return condition satisfies never;
  }
}

export function isNotNull(column: string): Predicate {
  return sql`${sql.ref(column)} is not null`;
}

export function allOf(predicates: readonly Predicate[]): Predicate {
  return join(predicates, sql`and`) ?? constant(true);
}

function anyOf(predicates: readonly Predicate[]): Predicate {
  return join(predicates, sql`or`) ?? constant(false);
}

function rowPredicate({ columns, operator, at }: Extract<BoundCondition, { kind: "row" }>): Predicate {
  const names = sql.join(columns.map((name) => sql.ref(name)));
  const values = sql.join(columns.map((_name, place) => slot(at + place)));
  return sql`(${names}) ${operators[operator]} (${values})`;
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
