import { own, theme } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

/** Of what is handed in: conditions, orders, tokens, documents. */
export const inputMutants: readonly Mutant[] = [
  {
    name: "null-as-in-sql",
    breaks: "conditions have two truth values, and null is one that a negated test matches",
    file: "packages/core/src/condition.ts",
    find: "      return holds(condition, valueOf(condition.field)) !== condition.negated;",
    replace: `      if (condition.operator !== "isNull" && valueOf(condition.field) === null) return false;
      return holds(condition, valueOf(condition.field)) !== condition.negated;`,
    finder: theme("memory", "the truth table of conditions"),
  },
  {
    name: "utf16-order",
    breaks: "strings are ordered by code point",
    file: "packages/core/src/compare.ts",
    find: "  const length = Math.min(a.length, b.length);",
    replace: "  if (a !== b) return a < b ? -1 : 1;\n  const length = Math.min(a.length, b.length);",
    finder: theme("memory", "orders"),
  },
  {
    name: "empty-in-matches-all",
    breaks: "`in []` matches nothing",
    file: "packages/core/src/where.ts",
    find: "  return negated ? all(tests) : any(tests);",
    replace: "  return negated || tests.length === 0 ? all(tests) : any(tests);",
    finder: theme("memory", "the truth table of conditions"),
  },
  {
    name: "map-matches-all",
    breaks: "a condition that is no plain object is refused, and does not match all",
    file: "packages/core/src/where.ts",
    find: "  checkPlain(value, { ...aCondition, what });",
    replace: "",
    finder: theme("memory", "hostile conditions"),
  },
  {
    name: "unknown-names-unheeded",
    breaks: "an op with a name that it does not know is refused: a misspelt `match` would write at any rate",
    file: "packages/core/src/handed-in.ts",
    find: "    if (!known.includes(key)) throw",
    replace: "    if (!known.includes(key)) continue;\n    if (!known.includes(key)) throw",
    finder: theme("memory", "hostile writes"),
  },
  {
    name: "order-read-twice",
    breaks: "each part of a query is read once",
    file: "packages/core/src/order.ts",
    find: '  return { field, descending: direction === "desc" };',
    replace: '  return { field: term.field, descending: direction === "desc" };',
    finder: theme("memory", "hostile queries"),
  },
  {
    name: "document-read-to-its-end",
    breaks: "a document that is too large is read no further than the limit",
    file: "packages/core/src/portable-copy.ts",
    find: "  budget.left -= characters;",
    replace: "",
    finder: theme("memory", "hostile documents", "100 MB"),
  },
  {
    name: "size-in-characters",
    breaks: "documents are measured in bytes of UTF-8",
    file: "packages/core/src/json-codec.ts",
    find: "  if (text.length * utf8BytesMost > bytesMost && Buffer.byteLength(text) > bytesMost)",
    replace: "  if (text.length > bytesMost)",
    finder: theme("memory", "values", "measures documents"),
  },
  {
    name: "shared-bodies",
    breaks: "what is handed out never aliases what is stored",
    file: "packages/core/src/parse-body.ts",
    find: "  const body = parseJson(text);",
    replace: `  const bodies = ((globalThis as { bodies?: Map<string, unknown> }).bodies ??= new Map());
  const body = bodies.get(text) ?? parseJson(text);
  bodies.set(text, body);`,
    finder: theme("sqlite", "isolation of values"),
  },
  {
    name: "unsealed-tokens",
    breaks: "a page token that was altered, or is another query's, is INVALID_CURSOR",
    file: "packages/core/src/sealed-place.ts",
    find: "  return token === sealedPlace(scope, place) ? place : undefined;",
    replace: "  return place;",
    finder: theme("memory", "page tokens that are refused"),
  },
  {
    name: "naive-column-code",
    breaks: "a text in a column contains another one exactly where the texts themselves do",
    file: "packages/core/src/column-code.ts",
    find: "  if (!mayNeedCode.test(text) || !needsCode.test(text)) return text;",
    replace: String.raw`  return text.replace(/[\u0000\u0001]/g, (each) => (each === "\0" ? "\u0001\u0001" : "\u0001\u0002"));`,
    finder: own("@holdfast/core", "column-code", ""),
  },
];
