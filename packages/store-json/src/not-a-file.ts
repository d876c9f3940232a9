import { HoldfastError } from "@holdfast/core";

/** A folder, a pipe, a device or the like stands under the store's path. */
export function notAFile(path: string): HoldfastError {
  return new HoldfastError(`"${path}" is not a file`, { code: "INVALID_CONFIG", details: { path } });
}
