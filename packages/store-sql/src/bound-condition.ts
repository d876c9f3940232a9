import type { ColumnKind } from "./sql-dialect.ts";

export type Comparison = "eq" | "lt" | "lte" | "gt" | "gte";

/**
 * A condition on columns whose values stand elsewhere: `at` says which one. Conditions of one form are the same text,
 * so that text stands for a statement that need not be compiled again.
 */
export type BoundCondition =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "all" | "any"; readonly of: readonly BoundCondition[] }
  /** What is unknown, since a field is null, is true then. */
  | { readonly kind: "not"; readonly of: BoundCondition }
  | { readonly kind: "null" | "notNull"; readonly column: string }
  | { readonly kind: "compare"; readonly column: string; readonly operator: Comparison; readonly at: number }
  | { readonly kind: "among"; readonly column: string; readonly of: ColumnKind; readonly at: number }
  | { readonly kind: "contains"; readonly column: string; readonly at: number }
  /** Several columns against as many values, from one place on. */
  | { readonly kind: "row"; readonly columns: readonly string[]; readonly operator: "lt" | "gt"; readonly at: number };
