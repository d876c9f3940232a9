import { channel } from "node:diagnostics_channel";

export interface UnmappedError {
  /** Whose error it is: `"system"`, or the database's name. */
  readonly source: string;
  /** Its own code; undefined where it has none. */
  readonly code: string | undefined;
  readonly thrown: unknown;
}

const unmapped = channel("holdfast:unmapped");

/**
 * Tells whoever listens on the channel `holdfast:unmapped` of an error that became a BACKEND_FAILURE because nobody had
 * thought of it. Nobody listens in production; test runs do, and fail.
 */
export function tellUnmapped(error: UnmappedError): void {
  if (unmapped.hasSubscribers) unmapped.publish(error);
}
