import { HoldfastError } from "@holdfast/core";

/** The one failure that leaves it open which of two states a power cut would bring back. */
export function unknownOutcome(thrown: unknown, path: string): HoldfastError {
  return new HoldfastError(
    `"${path}" was replaced by the new state, but its folder could not be synced: whether the save outlives a power cut ` +
      "is unknown; the store takes no more writes until it is closed and opened again",
    { code: "COMMIT_UNKNOWN", outcome: "unknown", cause: thrown, details: { path } },
  );
}
