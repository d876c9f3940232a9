import { defineEntity } from "@holdfast/core";
import { z } from "zod";
import { jsonObject } from "./json-schema.ts";
import { missionLifecycle } from "./mission-lifecycle.ts";
import type { EntityOf } from "@holdfast/core";

const names = z.array(z.string()).default([]);

/** What jobs are done for. Its days are kept as the text that was given. */
export const Mission = defineEntity({
  name: "Mission",
  schema: z.object({
    name: z.string(),
    description: z.string().default(""),
    priority: z.enum(["low", "medium", "high"]).default("medium"),
    /** In US dollars; null means that none is set. */
    budget: z.number().nullable().default(null),
    startDate: z.string().nullable().default(null),
    endDate: z.string().nullable().default(null),
    /** In per cent, from 0 to 100, as people judge it. */
    progress: z.number().min(0).max(100).default(0),
    tags: names,
    agents: names,
    users: names,
    messagingChannel: z.string().nullable().default(null),
    metadata: jsonObject.default({}),
  }),
  lifecycle: missionLifecycle,
  indexes: [["status", "createdAt"], ["name"]],
});
export type Mission = EntityOf<typeof Mission>;
