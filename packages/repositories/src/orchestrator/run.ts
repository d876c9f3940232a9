import { defineEntity } from "@holdfast/core";
import { z } from "zod";
import { jsonValue } from "../workflow/json-schema.ts";
import type { EntityOf } from "@holdfast/core";

/** One run of an orchestrator, from its start to its end. Its times are kept as the text that was given. */
export const Run = defineEntity({
  name: "Run",
  schema: z.object({
    /** Any text, such as "daily". */
    runType: z.string(),
    /** Any text: "running" from the start, and what `finishRun` was told at the end. */
    status: z.string().default("running"),
    startedAt: z.string(),
    finishedAt: z.string().nullable().default(null),
    /** The settings that the run was started with. */
    settingsSnapshot: jsonValue,
    notes: z.string().nullable().default(null),
  }),
  indexes: [
    ["status", "createdAt"],
    ["runType", "createdAt"],
  ],
});
export type Run = EntityOf<typeof Run>;
