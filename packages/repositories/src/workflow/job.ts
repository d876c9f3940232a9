import { defineEntity, workflowLifecycle } from "@holdfast/core";
import { z } from "zod";
import { jsonObject, jsonValue } from "./json-schema.ts";
import { searchText } from "./search-text.ts";
import { inClear, sealedObjects } from "./secrets.ts";
import type { EntityOf } from "@holdfast/core";

/** Limits that a job is run under; null and 0 mean no limit. */
const jobInstructions = z.object({
  maxCases: z.number().nullable().default(null),
  /** In seconds. */
  maxDuration: z.number().nullable().default(null),
  maxCost: z.number().nullable().default(null),
  stopOnWarning: z.boolean().default(false),
  stopOnError: z.boolean().default(true),
  jobStartTime: z.number().nullable().default(null),
});

const jobContext = z.object({
  workspaceId: z.string(),
  jobId: z.string(),
  startedBy: z.string(),
  startedAt: z.string(),
  missionId: z.string(),
  missionName: z.string(),
  missionContext: jsonValue.default(null),
  jobInstructions: jobInstructions.nullable().default(null),
});

const jobResponse = z.object({
  jobId: z.string(),
  status: z.enum(workflowLifecycle.statuses),
  message: z.string(),
  payload: jsonObject.nullable().default(null),
  errorMessage: z.string().default(""),
  errorTraceback: z.string().default(""),
});

/** A piece of work that an agent does, and what came of it. Times within are kept as the text that was given. */
export const Job = defineEntity({
  name: "Job",
  schema: z.object({
    name: z.string(),
    agentName: z.string(),
    /** The stored mission that it is part of. What its context says of one is only told, and need not be stored. */
    missionId: z.string().nullable().default(null),
    /** Under which circumstances the job was started. */
    jobContext: jobContext.nullable().default(null),
    /** What the last response carried. */
    payload: jsonValue.default(null),
    /** What the response carried that completed the job. */
    result: jsonValue.default(null),
    /** The message of the response that failed the job. */
    error: z.string().nullable().default(null),
    responses: z.array(jobResponse).default([]),
    /** In clear unless the workflow is defined with `secrets`. */
    agentParameters: sealedObjects(inClear).nullable().default(null),
    /** The ids of its cases, as `jobCases` keeps them. */
    caseIds: z.array(z.string()).default([]),
    metadata: jsonObject.default({}),
    /** Derived: what `searchJobs` looks into. */
    searchText: z.string().nullable().optional(),
  }),
  lifecycle: workflowLifecycle,
  indexes: [["status", "createdAt"], ["agentName", "createdAt"], ["missionId", "createdAt"], ["name"], ["searchText"]],
  references: { missionId: { to: "Mission", onDelete: "detach" } },
  schemaVersion: 2,
  derived: { searchText: (body, id) => searchText(body, id, ["name"]) },
});
export type Job = EntityOf<typeof Job>;
