import type { Direction } from "@holdfast/core";

/** A whole list. */
export interface ListOptions {
  /** By time of creation, then by id. @default "asc" */
  readonly order?: Direction | undefined;
  /** How many in all, from 1. @default no limit */
  readonly limit?: number | undefined;
}

/** A page of a list. */
export interface PageOptions {
  /** By time of creation, then by id. @default "asc" */
  readonly order?: Direction | undefined;
  /** How many on the page, from 1 to 10,000. @default 100 */
  readonly limit?: number | undefined;
  /** The page behind this token, an earlier page's `next`. */
  readonly after?: string | undefined;
  /** The page before this token, an earlier page's `previous`. */
  readonly before?: string | undefined;
}
