import { HoldfastError } from "@holdfast/core";
import type { DriverOptions } from "@holdfast/core";

import type { DatabaseFile } from "./database-file.ts";
import { withUntoldCause } from "./untold-cause.ts";

/** An error of SQLite with what is known of the place: the file that it is about, and the cause that the system tells. */
export function explained(
  error: HoldfastError,
  { path, named }: DatabaseFile,
  mode: DriverOptions["access"],
): HoldfastError {
  const told = withUntoldCause(error, path, mode);
  if ("path" in told.details || !told.code.startsWith("STORE_")) return told;
  const { code, retryable, outcome, cause, details } = told;
  return new HoldfastError(`"${named}": ${told.message}`, {
    code,
    retryable,
    outcome,
    cause,
    details: { ...details, path: named },
  });
}
