import { HoldfastError } from "@holdfast/core";
import type { ErrorCode } from "@holdfast/core";

/** What was being done, as it stands in a message. */
export type FileTask = "read" | "saved";

const fullCodes = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const refusedCodes = new Set(["EACCES", "EPERM", "EROFS"]);
const misnamedCodes = new Set(["EEXIST", "EISDIR", "ENOTDIR", "ENAMETOOLONG", "ELOOP", "EINVAL"]);

/** An operating system's error in Holdfast's words. What was stored before stands as it was. */
export function fileError(thrown: unknown, path: string, task: FileTask): HoldfastError {
  if (HoldfastError.is(thrown)) return thrown;
  const system = thrown instanceof Error && "code" in thrown ? String(thrown.code) : undefined;
  const { code, reason, retryable } = meaningOf(system, task);
  return new HoldfastError(`"${path}" could not be ${task}: ${reason}${system === undefined ? "" : ` (${system})`}`, {
    code,
    cause: thrown,
    details: { path, ...(system === undefined ? {} : { system }) },
    ...(retryable === undefined ? {} : { retryable }),
  });
}

interface Meaning {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly retryable?: boolean;
}

function meaningOf(system: string | undefined, task: FileTask): Meaning {
  if (system === undefined) return { code: "BACKEND_FAILURE", reason: "the file system failed" };
  if (fullCodes.has(system)) return { code: "STORE_FULL", reason: "there is no room left" };
  if (misnamedCodes.has(system)) return { code: "INVALID_CONFIG", reason: "the path cannot be that of a file" };
  if (system === "ENOENT" && task === "read") {
    return { code: "STORE_UNAVAILABLE", reason: "it does not exist", retryable: false };
  }
  if (!refusedCodes.has(system)) return { code: "STORE_UNAVAILABLE", reason: "the file system failed" };
  const reason = "the process has no right to";
  return task === "saved"
    ? { code: "STORE_READ_ONLY", reason }
    : { code: "STORE_UNAVAILABLE", reason, retryable: false };
}

/** The one failure that leaves it open which of two states a power cut would bring back. */
export function unknownOutcome(thrown: unknown, path: string): HoldfastError {
  return new HoldfastError(
    `"${path}" was replaced by the new state, but its folder could not be synced: whether the save outlives a power cut ` +
      "is unknown; the store takes no more writes until it is closed and opened again",
    { code: "COMMIT_UNKNOWN", outcome: "unknown", cause: thrown, details: { path } },
  );
}
