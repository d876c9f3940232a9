import { defineEntity } from "@holdfast/core";
import { z } from "zod";
import { jsonValue } from "../workflow/json-schema.ts";
import type { EntityOf } from "@holdfast/core";

/** What a run found out, and what was decided about it. Goes with its run when that is deleted. */
export const IntelItem = defineEntity({
  name: "IntelItem",
  schema: z.object({
    runId: z.string(),
    itemType: z.string(),
    title: z.string(),
    summary: z.string(),
    claims: jsonValue.default([]),
    evidence: jsonValue.default([]),
    scores: jsonValue.default({}),
    riskFlags: jsonValue.default([]),
    explainability: jsonValue.default([]),
    /** Any text, such as "promote", "monitor" or "block". */
    decision: z.string().nullable().default(null),
    decisionReason: z.string().nullable().default(null),
  }),
  indexes: [
    ["runId", "createdAt"],
    ["runId", "decision", "createdAt"],
    ["runId", "itemType", "createdAt"],
    ["decision", "createdAt"],
  ],
  references: { runId: { to: "Run", onDelete: "cascade" } },
});
export type IntelItem = EntityOf<typeof IntelItem>;
