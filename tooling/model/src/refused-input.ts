import type { JsonObject, OrderBy, Where, WriteOp } from "@holdfast/core";

import { kindOf } from "./model-layout.ts";
import { isQueryable } from "./page-of.ts";

/** The code of the error that a batch must fail with before anything is looked up; the first op at fault says it. */
export function writeError(ops: readonly WriteOp[]): string | undefined {
  return ops.map(opError).find((code) => code !== undefined);
}

/** The code of the error for a query that names what its type does not declare. */
export function queryError(
  type: string,
  where: Where | undefined,
  orderBy: readonly OrderBy[] = [],
): string | undefined {
  const fields = [...fieldsIn(where), ...orderBy.map(({ field }) => field)];
  return fields.every((field) => isQueryable(type, field)) ? undefined : "FIELD_NOT_INDEXED";
}

function opError(op: WriteOp): string | undefined {
  if ("restore" in op) return "deleted" in op.restore ? undefined : bodyError(op.restore);
  if (!("put" in op)) return undefined;
  const isMatchable = Object.keys(op.match ?? {}).every((field) => kindOf(op.put.type, field) !== undefined);
  return bodyError(op.put) ?? (isMatchable ? undefined : "FIELD_NOT_INDEXED");
}

function bodyError({ type, body }: { readonly type: string; readonly body: JsonObject }): string | undefined {
  const isWrong = Object.entries(body).some(([field, value]) => {
    const kind = kindOf(type, field);
    return kind !== undefined && value !== null && typeof value !== kind;
  });
  return isWrong ? "INVALID_ENTITY" : undefined;
}

function fieldsIn(where: Where | undefined): readonly string[] {
  return Object.entries(where ?? {}).flatMap(([key, part]) => {
    if (part === undefined) return [];
    if (key === "not") return fieldsIn(where?.not);
    if (key === "and") return (where?.and ?? []).flatMap(fieldsIn);
    if (key === "or") return (where?.or ?? []).flatMap(fieldsIn);
    return [key];
  });
}
