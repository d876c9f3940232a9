import type { Condition, FieldTest } from "./condition.ts";
import { HoldfastError } from "./errors.ts";
import type { Layout } from "./layout.ts";
import { queryKind } from "./queryable-fields.ts";
import type { QueryKind } from "./queryable-fields.ts";
import { queryLimits } from "./query.ts";
import type { Scalar, JsonValue } from "./record.ts";
import { timestampMicroseconds } from "./timestamp.ts";

interface Parse {
  readonly layout: Layout;
  readonly type: string;
  nodes: number;
}
type Operand = NonNullable<Scalar>;

/**
 * Checks a `where` and turns it into a Condition, with the truth table applied: INVALID_QUERY for a shape, an operator
 * or a size that the language does not have, FIELD_NOT_INDEXED for a field that is not declared.
 */
export function parseWhere(layout: Layout, type: string, where: unknown): Condition {
  if (where === undefined) return all([]);
  return parseNode(where, false, 1, { layout, type, nodes: 0 });
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
  if (isScalar(value) || value instanceof Date) {
    count(parse, depth);
    return equals(field, kind, scalarOf(value, kind), negated);
  }
  const tests = entriesOf(value, `the condition on "${field}"`, depth, parse)
    .filter(([, operand]) => operand !== undefined)
    .map(([operator, operand]) => parseOperator(field, kind, operator, operand, negated));
  return negated ? any(tests) : all(tests);
}

function parseOperator(
  field: string,
  kind: QueryKind,
  operator: string,
  operand: unknown,
  negated: boolean,
): Condition {
  switch (operator) {
    case "eq":
      return equals(field, kind, scalarOf(operand, kind), negated);
    case "ne":
      return equals(field, kind, scalarOf(operand, kind), !negated);
    case "in":
      return among(field, kind, listOf(operand, "in", queryLimits.inMost), negated);
    case "notIn":
      return among(field, kind, listOf(operand, "notIn", queryLimits.inMost), !negated);
    case "lt":
    case "lte":
    case "gt":
    case "gte": {
      const value = scalarOf(operand, kind);
      if (value === null || !isOfKind(value, kind)) return constant(negated);
      return { kind: "test", field, negated, operator, operand: value };
    }
    case "startsWith":
    case "contains":
      if (operand !== null && typeof operand !== "string") throw invalid(`"${operator}" takes a string`);
      if (operand === null || kind !== "string") return constant(negated);
      return { kind: "test", field, negated, operator, operand };
    case "exists":
      if (typeof operand !== "boolean") throw invalid('"exists" takes true or false');
      return isNull(field, operand !== negated);
    default:
      throw invalid(`there is no operator ${JSON.stringify(operator.slice(0, 60))}`);
  }
}

function equals(field: string, kind: QueryKind, value: Scalar, negated: boolean): Condition {
  if (value === null) return isNull(field, negated);
  if (!isOfKind(value, kind)) return constant(negated);
  return { kind: "test", field, negated, operator: "eq", operand: value };
}

function among(field: string, kind: QueryKind, values: readonly unknown[], negated: boolean): Condition {
  const scalars = values.map((value) => scalarOf(value, kind));
  const operands = [...new Set(scalars.filter((value) => value !== null && isOfKind(value, kind)))].filter(isOperand);
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

/** A value as drivers compare it; INVALID_QUERY for what no field can hold. */
function scalarOf(value: unknown, kind: QueryKind): Scalar {
  if (value instanceof Date) {
    const milliseconds = value.getTime();
    if (Number.isNaN(milliseconds)) throw invalid("an invalid Date has no place in a query");
    return kind === "time" ? milliseconds * 1000 : value.toISOString();
  }
  if (typeof value === "number" && !Number.isFinite(value)) throw invalid(`${value} is not a JSON number`);
  if (!isScalar(value)) throw invalid("a field is compared with a string, a number, a boolean, null or a Date");
  if (kind !== "time" || typeof value !== "string") {
    const isAnotherKind = kind === "time" && typeof value === "number";
    return isAnotherKind ? String(value) : value === 0 ? 0 : value;
  }
  const microseconds = timestampMicroseconds(value);
  if (microseconds === undefined) {
    throw invalid("times are compared with UTC text such as 2026-11-22T02:03:04.123456Z, or with a Date");
  }
  return microseconds;
}

function isOfKind(value: Scalar, kind: QueryKind): boolean {
  return typeof value === (kind === "time" ? "number" : kind);
}

function isOperand(value: Scalar): value is Operand {
  return value !== null;
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function entriesOf(value: unknown, what: string, depth: number, parse: Parse): [string, unknown][] {
  count(parse, depth);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${what} must be an object`);
  return Object.entries(value);
}

function listOf(value: unknown, operator: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`"${operator}" takes a list`);
  if (value.length > most) throw invalid(`"${operator}" takes at most ${most} values`, { most });
  return value;
}

function count(parse: Parse, depth: number): void {
  parse.nodes += 1;
  if (depth > queryLimits.depthMost) throw invalid(`a query is at most ${queryLimits.depthMost} levels deep`);
  if (parse.nodes > queryLimits.nodesMost) throw invalid(`a query has at most ${queryLimits.nodesMost} conditions`);
}

function invalid(message: string, details: Record<string, JsonValue> = {}): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_QUERY", details });
}
