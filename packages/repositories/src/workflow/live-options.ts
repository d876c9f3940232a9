import type { StoreSession } from "@holdfast/core";
import type { WorkflowEntities } from "./define-workflow.ts";

/** How a registry of jobs or cases is made. */
export interface LiveOptions {
  /** Where what is not held is looked for, if that is asked for. @default nowhere */
  readonly store?: StoreSession;
  /** The entities that the store was opened with. @default those of `workflowModel` */
  readonly entities?: Pick<WorkflowEntities, "Job" | "Case">;
  /** Entities in a terminal status that stay. From 0. @default 1_000 */
  readonly keepFinished?: number;
}
