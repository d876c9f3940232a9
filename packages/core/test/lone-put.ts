import { Deadline } from "../src/store/deadline.ts";
import type { DriverOp } from "@holdfast/core";

/** A put of an empty document, whatever stands there. */
export function lonePut(id: string): DriverOp {
  const own = { tenant: "default", type: "Job", id, documentVersion: 1, text: "{}", fields: new Map() };
  return { kind: "put", ...own, expect: "any" };
}

/** For calls that wait as long as it takes. */
export const unlimited = new Deadline({});
