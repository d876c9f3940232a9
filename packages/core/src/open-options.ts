import type { JsonObject } from "./record.ts";
import type { Layout } from "./layout.ts";
import type { Lift } from "./lift.ts";
import type { Stamps } from "./stamps.ts";

export type Durability = "power-loss" | "process-crash";

export interface Logger {
  warn(message: string, details?: JsonObject): void;
}

export interface OpenOptions {
  /** What the application declares, made by `defineModel`. Without one, only the stored model counts. */
  readonly model?: { readonly layout: Layout; readonly lift?: Lift };
  /** What an acknowledged write survives. @default "power-loss" */
  readonly durability?: Durability;
  /** `"check"` refuses with LAYOUT_OUTDATED instead of upgrading. @default "upgrade" */
  readonly layout?: "upgrade" | "check";
  /** @default "write" */
  readonly access?: "write" | "read";
  /** How long to wait for another owner of the store to let go, in milliseconds. @default 0 */
  readonly lockTimeoutMs?: number;
  /** How long one call waits for a busy writer, in milliseconds. @default 10_000 */
  readonly busyTimeoutMs?: number;
  /**
   * How long a follower waits before it looks for changes by itself, in milliseconds. It doubles each time that there
   * were none, up to sixteen times as long; hints make it look at once. @default 250
   */
  readonly pollMs?: number;
  /**
   * How long deletes are remembered, in milliseconds: followers that stay away for longer begin anew, and a record that
   * is created again later begins at version 1. `Infinity` for ever. From 0. @default 7 days
   */
  readonly keepTombstonesMs?: number;
  /** Calls that may wait; one more is STORE_BUSY. @default 10_000 */
  readonly queueLimit?: number;
  /** Of one document's JSON text in UTF-8. @default 8 MiB */
  readonly maxDocumentBytes?: number;
  /** What a write does once the store has been moved elsewhere. @default "fail" */
  readonly onMoved?: "fail" | "switch";
  /** The clock and the id maker. @default the system's clock and UUIDv7 */
  readonly stamps?: Stamps;
  readonly signal?: AbortSignal;
  /** @default silent */
  readonly logger?: Logger;
}
