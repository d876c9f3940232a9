import { HoldfastError, tellUnmapped } from "@holdfast/core";
import type { ErrorCode } from "@holdfast/core";

import { resultMeaning, sqliteCode } from "./result-codes.ts";
import type { ResultMeaning } from "./result-codes.ts";

const unknown: ResultMeaning = { code: "BACKEND_FAILURE", retryable: false, message: "SQLite refused the statement" };

/** Says in Holdfast's words what went wrong; what was thrown stays as the cause. */
export function classifyError(thrown: unknown): HoldfastError {
  if (HoldfastError.is(thrown)) return thrown;
  const own = sqliteCode(thrown);
  const meaning = own === undefined ? undefined : resultMeaning(own);
  if (meaning === undefined) tellUnmapped({ source: "sqlite", code: own, thrown });
  const { code, retryable, message } = meaning ?? unknown;
  return new HoldfastError(message, {
    code,
    retryable,
    cause: thrown,
    details: { ...(own === undefined ? {} : { code: own }), ...violated(thrown, code) },
  });
}

/** The table and the columns of a unique index, which SQLite names in its message; values are never in it. */
function violated(
  thrown: unknown,
  meaning: ErrorCode,
): { readonly type?: string; readonly fields?: readonly string[] } {
  if (meaning !== "UNIQUE_VIOLATION" || !(thrown instanceof Error)) return {};
  const columns = thrown.message.replace(/^.*: /, "").split(", ");
  const [type] = columns[0]?.split(".") ?? [];
  const fields = columns.map((column) => column.slice(column.indexOf(".") + 1)).filter((name) => name !== "_tenant");
  return type === undefined ? { fields } : { type, fields };
}
