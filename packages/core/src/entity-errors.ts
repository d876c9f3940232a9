import { HoldfastError } from "./errors.ts";
import type { z } from "zod";
import type { RecordKey } from "./record.ts";

/** INVALID_ENTITY with type, id and path. The message tells where and why, never the value. */
export function invalidEntity(
  { type, id }: RecordKey,
  path: readonly (string | number)[],
  reason: string,
  cause?: unknown,
): HoldfastError {
  const where = path.length === 0 ? "" : ` "${path.join(".")}"`;
  return new HoldfastError(`"${type}" with id "${id}":${where} ${reason}`, {
    code: "INVALID_ENTITY",
    details: { type, id, path: [...path], reason },
    cause,
  });
}

/** The first thing that zod found wrong, as INVALID_ENTITY. */
export function misfit(key: RecordKey, error: z.core.$ZodError): HoldfastError {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).map((part) => (typeof part === "symbol" ? String(part) : part));
  return invalidEntity(key, path, `does not fit the schema: ${issue?.message ?? "no reason given"}`, error);
}
