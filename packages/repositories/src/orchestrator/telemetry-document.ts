import { repository } from "../repository.ts";
import { Telemetry } from "./telemetry.ts";
import type { StateContext } from "./state-context.ts";
import type { JsonValue } from "@holdfast/core";

export async function writeTelemetry(
  { session }: StateContext,
  runId: string,
  telemetry: JsonValue,
): Promise<Telemetry> {
  return repository(Telemetry, session).save({ id: runId, runId, telemetry });
}

export async function getTelemetry({ session }: StateContext, runId: string): Promise<Telemetry | undefined> {
  return repository(Telemetry, session).get(runId);
}
