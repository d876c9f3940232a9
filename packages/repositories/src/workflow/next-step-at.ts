import { timestampText } from "@holdfast/core";
import { stepTime } from "./step-time.ts";
import type { JsonObject, JsonValue } from "@holdfast/core";

/** When the earliest pending step of a case is due, as UTC text; a time that names no zone counts as UTC here. */
export function nextStepAt(body: JsonObject): string | null {
  const { updates } = body;
  if (!Array.isArray(updates)) return null;
  const times = updates.map(pendingTime).filter((time) => time !== undefined);
  return times.length === 0 ? null : timestampText(times.reduce((one, other) => Math.min(one, other)));
}

function pendingTime(step: JsonValue): number | undefined {
  if (typeof step !== "object" || step === null || !("scheduledAt" in step)) return undefined;
  const { scheduledAt, scheduledStatus } = step;
  if (typeof scheduledAt !== "string" || scheduledStatus !== "pending") return undefined;
  return stepTime(scheduledAt, "UTC");
}
