import type { Driver } from "./driver.ts";
import type { RecoverOptions, RecoveryReport } from "./recovery.ts";

/**
 * What a package exports, as `backend`, to be a backend: a name and a way to make drivers. Nothing is opened before
 * `createStore` calls the driver's `open`.
 */
export interface Backend {
  /** As it stands in `Store.backend` and in front of the first colon of a URL. */
  readonly name: string;
  /** Checks the URL, whole as the user gave it; throws INVALID_CONFIG where it cannot be one. */
  driver(url: string): Driver;
  /**
   * Makes a store again of what is left of a damaged one: only of what can be proven whole. Nothing is thrown away: every
   * file that is replaced is kept under another name. STORE_CORRUPT where nothing can be proven, or where an edit that
   * was to be accepted does not read well; STORE_LOCKED while the store is open elsewhere. Backends that leave this to
   * tools of their database lack it.
   */
  recover?(url: string, options: RecoverOptions): Promise<RecoveryReport>;
}
