import { defineEntity, workflowLifecycle } from "@holdfast/core";
import { z } from "zod";
import { caseStep } from "./case-step.ts";
import { jsonObject } from "./json-schema.ts";
import { nextStepAt } from "./next-step-at.ts";
import { searchText } from "./search-text.ts";
import { inClear, sealedText } from "./secrets.ts";
import type { Secrets } from "./secrets.ts";
import type { EntityOf } from "@holdfast/core";

/** On behalf of whom a case is worked on. */
export function accountSchema(secrets: Secrets) {
  return z.object({
    workspaceId: z.string(),
    /** In clear unless the workflow is defined with `secrets`: leave it out where that is not wanted. */
    apiKey: sealedText(secrets).nullable().default(null),
    apiUrl: z.string().nullable().default(null),
  });
}

/** One case of a job, worked through in steps. Its job need not be stored. */
export const Case = defineEntity({
  name: "Case",
  schema: z.object({
    jobId: z.string(),
    name: z.string(),
    description: z.string().default(""),
    account: accountSchema(inClear).nullable().default(null),
    /** The steps, in order. */
    updates: z.array(caseStep).default([]),
    /** Set when the case is closed. */
    totalCost: z.number().default(0),
    finalDelivery: jsonObject.nullable().default(null),
    metadata: jsonObject.default({}),
    /** Derived: when its earliest pending step is due, as UTC text; null where none is pending. */
    nextStepAt: z.string().nullable().optional(),
    /** Derived: what `searchCases` looks into. */
    searchText: z.string().nullable().optional(),
  }),
  lifecycle: workflowLifecycle,
  indexes: [
    ["status", "createdAt"],
    ["status", "nextStepAt"],
    ["jobId", "createdAt"],
    ["name"],
    ["totalCost"],
    ["searchText"],
  ],
  references: { jobId: { to: "Job", enforced: false, mirror: "caseIds" } },
  schemaVersion: 2,
  derived: {
    nextStepAt: (body) => nextStepAt(body),
    searchText: (body, id) => searchText(body, id, ["name", "description"]),
  },
});
export type Case = EntityOf<typeof Case>;
