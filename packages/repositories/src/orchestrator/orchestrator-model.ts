import { defineModel } from "@holdfast/core";
import { IntelItem } from "./intel-item.ts";
import { Run } from "./run.ts";
import { TelemetryChunk } from "./telemetry-chunk.ts";
import { Telemetry } from "./telemetry.ts";

/** Runs, what they found and what they measured, ready to open a store with. */
export const orchestratorModel = defineModel([Run, IntelItem, Telemetry, TelemetryChunk]);
