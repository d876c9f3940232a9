import { z } from "zod";
import { jsonObject } from "./json-schema.ts";

/** One step of a case. One with `scheduledAt` is done then; the time is kept as the text that was given. */
export const caseStep = z.object({
  /** From 1. */
  index: z.number().nullable().default(null),
  cost: z.number().nullable().default(null),
  name: z.string().nullable().default(null),
  payload: jsonObject.nullable().default(null),
  isFinal: z.boolean().default(false),
  error: z.string().nullable().default(null),
  /** Whether the step replaces the one of the same index. */
  upsert: z.boolean().default(false),
  scheduledAt: z.string().nullable().default(null),
  scheduledMethod: z.string().nullable().default(null),
  scheduledParams: jsonObject.nullable().default(null),
  /** "pending", "executing", "completed", "failed" or "cancelled". */
  scheduledStatus: z.string().nullable().default(null),
});
export type CaseStep = z.output<typeof caseStep>;
