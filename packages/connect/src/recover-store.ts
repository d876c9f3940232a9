import { HoldfastError } from "@holdfast/core";
import type { Logger, RecoverOptions, RecoveryReport } from "@holdfast/core";

import { chosenBackend } from "./connect.ts";
import type { StoreConfig } from "./connect.ts";

export interface RecoverStoreOptions {
  /** `accept`: what somebody changed by hand is taken as it is, where it reads well. @default "refuse" */
  readonly edits?: RecoverOptions["edits"];
  /** How long to wait for another process that has the store open, in milliseconds. @default 0 */
  readonly lockTimeoutMs?: number;
  /** @default the console */
  readonly logger?: Logger;
  readonly signal?: AbortSignal;
}

/**
 * Makes a store again of what is left of a damaged one, and reports what could not be recovered. A preview changes
 * nothing; nothing is ever thrown away. INVALID_CONFIG where the backend leaves this to other tools; STORE_CORRUPT where
 * nothing can be recovered; STORE_LOCKED while the store is open elsewhere.
 */
export async function recoverStore(
  urlOrConfig: string | StoreConfig,
  { edits = "refuse", lockTimeoutMs = 0, logger = console, signal }: RecoverStoreOptions,
  mode: RecoverOptions["mode"],
): Promise<RecoveryReport> {
  const { url, backend } = await chosenBackend(urlOrConfig);
  const options = { mode, edits, lockTimeoutMs, logger, signal };
  const report = await backend.recover?.(url, options);
  if (report !== undefined) return report;
  throw new HoldfastError(`the backend "${backend.name}" has no recovery of its own: use the tools of its database`, {
    code: "INVALID_CONFIG",
  });
}
