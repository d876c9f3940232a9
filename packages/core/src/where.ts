import { types } from "node:util";

import type { Condition, FieldTest } from "./condition.ts";
import { HoldfastError } from "./errors.ts";
import { checkPlain, readHandedIn, shownName, takeList } from "./handed-in.ts";
import type { Layout } from "./layout.ts";
import { canBeStored, decisivePart, isBeyondStoredText, isOfKind, isOperand, isScalar, scalarOf } from "./operand.ts";
import { queryKind } from "./queryable-fields.ts";
import type { QueryKind } from "./queryable-fields.ts";
import { queryLimits } from "./query.ts";
import type { Scalar } from "./record.ts";

interface Parse {
  readonly layout: Layout;
  readonly type: string;
  nodes: number;
  /** In all lists of operands. */
  values: number;
}
interface FieldParse {
  readonly field: string;
  readonly kind: QueryKind;
  readonly negated: boolean;
  readonly parse: Parse;
}

const aCondition = { what: "a condition", code: "INVALID_QUERY" } as const;

/**
 * Checks a `where` and turns it into a Condition, with the truth table applied: INVALID_QUERY for a shape, an operator
 * or a size that the language does not have, FIELD_NOT_INDEXED for a field that is not declared.
 */
export function parseWhere(layout: Layout, type: string, where: unknown): Condition {
  if (where === undefined) return all([]);
  return readHandedIn(aCondition, () => parseNode(where, false, 1, { layout, type, nodes: 0, values: 0 }));
}

function parseNode(where: unknown, negated: boolean, depth: number, parse: Parse): Condition {
  const parts: Condition[] = [];
  for (const [key, value] of entriesOf(where, "a condition", depth, parse)) {
    if (value === undefined) continue;
    if (key === "and" || key === "or") {
      const nodes = listOf(value, key, queryLimits.nodesMost).map((node) => parseNode(node, negated, depth + 1, parse));
      parts.push((key === "and") !== negated ? all(nodes) : any(nodes));
    } else if (key === "not") {
      parts.push(parseNode(value, !negated, depth + 1, parse));
    } else {
      parts.push(parseField(key, value, negated, depth + 1, parse));
    }
  }
  return negated ? any(parts) : all(parts);
}

function parseField(field: string, value: unknown, negated: boolean, depth: number, parse: Parse): Condition {
  const kind = queryKind(parse.layout, parse.type, field);
  if (isScalar(value) || types.isDate(value)) {
    count(parse, depth);
    return equals(field, kind, scalarOf(value, kind), negated);
  }
  const tests = entriesOf(value, `the condition on "${field}"`, depth, parse)
    .filter(([, operand]) => operand !== undefined)
    .map(([operator, operand]) => parseOperator({ field, kind, negated, parse }, operator, operand));
  return negated ? any(tests) : all(tests);
}

function parseOperator({ field, kind, negated, parse }: FieldParse, operator: string, operand: unknown): Condition {
  switch (operator) {
    case "eq":
      return equals(field, kind, scalarOf(operand, kind), negated);
    case "ne":
      return equals(field, kind, scalarOf(operand, kind), !negated);
    case "in":
      return among(field, kind, operandsOf(operand, "in", parse), negated);
    case "notIn":
      return among(field, kind, operandsOf(operand, "notIn", parse), !negated);
    case "lt":
    case "lte":
    case "gt":
    case "gte": {
      const value = scalarOf(operand, kind);
      if (value === null || !isOfKind(value, kind)) return constant(negated);
      return {
        kind: "test",
        field,
        negated,
        operator,
        operand: typeof value === "string" ? decisivePart(value) : value,
      };
    }
    case "startsWith":
    case "contains":
      if (operand !== null && typeof operand !== "string") throw invalid(`"${operator}" takes a string`);
      if (operand === null || kind !== "string" || isBeyondStoredText(operand)) return constant(negated);
      return { kind: "test", field, negated, operator, operand };
    case "exists":
      if (typeof operand !== "boolean") throw invalid('"exists" takes true or false');
      return isNull(field, operand !== negated);
    default:
      throw invalid(`there is no operator ${shownName(operator)}`);
  }
}

function equals(field: string, kind: QueryKind, value: Scalar, negated: boolean): Condition {
  if (value === null) return isNull(field, negated);
  if (!canBeStored(value, kind)) return constant(negated);
  return { kind: "test", field, negated, operator: "eq", operand: value };
}

function among(field: string, kind: QueryKind, values: readonly unknown[], negated: boolean): Condition {
  const scalars = values.map((value) => scalarOf(value, kind));
  const operands = [...new Set(scalars.filter((value) => value !== null && canBeStored(value, kind)))].filter(
    isOperand,
  );
  const tests: Condition[] = [];
  if (operands.length > 0) tests.push({ kind: "test", field, negated, operator: "in", operands });
  if (scalars.includes(null)) tests.push(isNull(field, negated));
  return negated ? all(tests) : any(tests);
}

function isNull(field: string, negated: boolean): FieldTest {
  return { kind: "test", field, negated, operator: "isNull" };
}

function constant(value: boolean): Condition {
  return { kind: "constant", value };
}

/** Joined, with what is always true or never true taken out; an empty list of conditions always holds. */
function all(of: readonly Condition[]): Condition {
  return join("all", of, true);
}

function any(of: readonly Condition[]): Condition {
  return join("any", of, false);
}

function join(kind: "all" | "any", of: readonly Condition[], neutral: boolean): Condition {
  if (of.some((each) => each.kind === "constant" && each.value !== neutral)) return constant(!neutral);
  const rest = of.filter((each) => each.kind !== "constant");
  const [only] = rest;
  if (only === undefined) return constant(neutral);
  return rest.length === 1 ? only : { kind, of: rest };
}

function entriesOf(value: unknown, what: string, depth: number, parse: Parse): [string, unknown][] {
  count(parse, depth);
  checkPlain(value, { ...aCondition, what });
  const keys = Object.keys(value);
  if (keys.length > queryLimits.nodesMost) throw invalid(`${what} names at most ${queryLimits.nodesMost} fields`);
  return keys.map((key) => [key, Reflect.get(value, key)]);
}

function operandsOf(value: unknown, operator: string, parse: Parse): readonly unknown[] {
  const operands = listOf(value, operator, queryLimits.inMost);
  parse.values += operands.length;
  if (parse.values > queryLimits.valuesMost) throw invalid(`a query lists at most ${queryLimits.valuesMost} values`);
  return operands;
}

function listOf(value: unknown, operator: string, most: number): readonly unknown[] {
  return takeList(value, most, { ...aCondition, what: `"${operator}"` });
}

function count(parse: Parse, depth: number): void {
  parse.nodes += 1;
  if (depth > queryLimits.depthMost) throw invalid(`a query is at most ${queryLimits.depthMost} levels deep`);
  if (parse.nodes > queryLimits.nodesMost) throw invalid(`a query has at most ${queryLimits.nodesMost} conditions`);
}

function invalid(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_QUERY" });
}
