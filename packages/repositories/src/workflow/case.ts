import { defineEntity, workflowLifecycle } from "@holdfast/core";
import { z } from "zod";
import { caseStep } from "./case-step.ts";
import { jsonObject } from "./json-schema.ts";
import type { EntityOf } from "@holdfast/core";

const account = z.object({
  workspaceId: z.string(),
  /** Kept as it is given, readable by whoever reads the store: leave it out where that is not wanted. */
  apiKey: z.string().nullable().default(null),
  apiUrl: z.string().nullable().default(null),
});

/** One case of a job, worked through in steps. Its job need not be stored. */
export const Case = defineEntity({
  name: "Case",
  schema: z.object({
    jobId: z.string(),
    name: z.string(),
    description: z.string().default(""),
    account: account.nullable().default(null),
    /** The steps, in order. */
    updates: z.array(caseStep).default([]),
    /** Set when the case is closed. */
    totalCost: z.number().default(0),
    finalDelivery: jsonObject.nullable().default(null),
    metadata: jsonObject.default({}),
  }),
  lifecycle: workflowLifecycle,
  indexes: [["status", "createdAt"], ["jobId", "createdAt"], ["name"]],
  references: { jobId: { to: "Job", enforced: false, mirror: "caseIds" } },
});
export type Case = EntityOf<typeof Case>;
