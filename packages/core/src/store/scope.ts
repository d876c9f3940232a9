import type { Layout } from "../layout.ts";
import type { Lift } from "../lift.ts";

/** What every call needs to know of where it was made. */
export interface Scope {
  readonly tenant: string;
  readonly layout: Layout;
  readonly lift: Lift;
  readonly maxDocumentBytes: number;
}
