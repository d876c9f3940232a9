import { HoldfastError } from "@holdfast/core";
import type { JsonObject } from "@holdfast/core";

/** Where in a file, both as people and as programs count. */
export interface FilePlace {
  readonly line: number;
  readonly offset: number;
}

/** A file that is not what it must be. It is left exactly as it was found. */
export function corruptFile(path: string, reason: string, place?: FilePlace, more: JsonObject = {}): HoldfastError {
  const where = place === undefined ? "" : ` at line ${place.line}, byte ${place.offset}`;
  return new HoldfastError(`"${path}" ${reason}${where}; the file was left as it is`, {
    code: "STORE_CORRUPT",
    details: { path, reason, ...place, ...more },
  });
}
