import type { StoreSession } from "@holdfast/core";

/** How a registry of jobs or cases is made. */
export interface LiveOptions {
  /** Where what is not held is looked for, if that is asked for. @default nowhere */
  readonly store?: StoreSession;
  /** Entities in a terminal status that stay. From 0. @default 1_000 */
  readonly keepFinished?: number;
}
