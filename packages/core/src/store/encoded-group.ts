import type { DriverGroup } from "../driver.ts";
import type { JsonObject } from "../record.ts";

/** The ops of one group as a driver takes them, and beside each the copy of its document that nobody else holds. */
export interface EncodedGroup {
  readonly group: DriverGroup;
  readonly bodies: readonly (JsonObject | undefined)[];
}
