import { timestampText } from "@holdfast/core";
import { stepTime } from "./step-time.ts";
import type { JsonObject, JsonValue } from "@holdfast/core";

/** When the earliest pending step of a case is due, as UTC text; a time that names no zone counts as UTC here. */
export function nextStepAt(body: JsonObject): string | null {
  const { updates } = body;
  if (!isList(updates)) return null;
  let earliest: number | undefined;
  for (const step of updates) {
    const time = pendingTime(step);
    if (time !== undefined && (earliest === undefined || time < earliest)) earliest = time;
  }
  return earliest === undefined ? null : timestampText(earliest);
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function pendingTime(step: JsonValue): number | undefined {
  if (typeof step !== "object" || step === null || !("scheduledAt" in step)) return undefined;
  const { scheduledAt, scheduledStatus } = step;
  if (typeof scheduledAt !== "string" || scheduledStatus !== "pending") return undefined;
  return stepTime(scheduledAt, "UTC");
}
