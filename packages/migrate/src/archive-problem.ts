import { HoldfastError } from "@holdfast/core";

/** STORE_CORRUPT: an archive is not as it was written. `line` counts from 1. */
export function corruptArchive(reason: string, line?: number, cause?: unknown): HoldfastError {
  const place = line === undefined ? "" : `, line ${line}`;
  return new HoldfastError(`the archive is not whole${place}: ${reason}. Nothing of it was taken; use another copy`, {
    code: "STORE_CORRUPT",
    cause,
    details: line === undefined ? { reason } : { reason, line },
  });
}
