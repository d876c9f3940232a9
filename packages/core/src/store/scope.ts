import type { Layout } from "../layout.ts";

/** What every call needs to know of where it was made. */
export interface Scope {
  readonly tenant: string;
  readonly layout: Layout;
  readonly maxDocumentBytes: number;
}
