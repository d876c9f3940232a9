import { defineEntity } from "@holdfast/core";
import { z } from "zod";
import { jsonValue } from "../workflow/json-schema.ts";
import type { EntityOf } from "@holdfast/core";

/** What a run measured, as one document under the run's own id. Goes with its run when that is deleted. */
export const Telemetry = defineEntity({
  name: "Telemetry",
  schema: z.object({
    /** The id of the run, and of this document. */
    runId: z.string(),
    telemetry: jsonValue,
  }),
  references: { runId: { to: "Run", onDelete: "cascade" } },
});
export type Telemetry = EntityOf<typeof Telemetry>;
