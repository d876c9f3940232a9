import { HoldfastError, timestampText } from "@holdfast/core";
import type { Job } from "./job.ts";
import type { Mission } from "./mission.ts";
import type { DraftOf, JsonObject, JsonValue } from "@holdfast/core";

type JobContext = NonNullable<DraftOf<typeof Job>["jobContext"]>;
type Instructions = NonNullable<JobContext["jobInstructions"]>;

/** Under which circumstances a job is started. */
export interface JobContextDraft {
  /** A number becomes its text; blanks around it go. @default "" */
  readonly workspaceId?: string | number | undefined;
  /** @default the job's id */
  readonly jobId?: string | undefined;
  /** @default "" */
  readonly startedBy?: string | undefined;
  /** Text is kept as it is. @default now */
  readonly startedAt?: string | Date | undefined;
  /** @default the id of the job's mission, or "" */
  readonly missionId?: string | undefined;
  /** @default the name of the job's mission, or "" */
  readonly missionName?: string | undefined;
  readonly missionContext?: JsonValue | undefined;
  readonly jobInstructions?: Instructions | null | undefined;
}

export interface NewJob {
  /** @default the context's `jobId`, or a new id */
  readonly id?: string | undefined;
  readonly agentName: string;
  /** @default none: the job's `jobContext` is null */
  readonly context?: JobContextDraft | undefined;
  /** @default the mission's name, or the id where there is none */
  readonly name?: string | undefined;
  /** A stored mission. @default none */
  readonly missionId?: string | undefined;
  /** Objects; a list within a list is taken out of it. Kept in clear: see `defineWorkflow`. */
  readonly agentParameters?: readonly JsonValue[] | null | undefined;
  readonly metadata?: JsonObject | undefined;
}

export interface NewJobParts {
  readonly id: string;
  /** In microseconds since the epoch. */
  readonly now: number;
  readonly mission: Mission | undefined;
}

/** The draft of a job that is about to be started. INVALID_ENTITY for parameters that are no objects. */
export function newJobDraft(given: NewJob, parts: NewJobParts): DraftOf<typeof Job> {
  const { agentName, context, metadata } = given;
  const { id, mission } = parts;
  const missionName = context?.missionName ?? mission?.name ?? "";
  return {
    id,
    name: given.name ?? (missionName === "" ? id : missionName),
    agentName,
    missionId: mission?.id ?? null,
    agentParameters: parametersOf(id, given.agentParameters ?? null),
    metadata,
    jobContext: context === undefined ? null : contextOf(context, missionName, parts),
  };
}

function contextOf(context: JobContextDraft, missionName: string, { id, now, mission }: NewJobParts): JobContext {
  const { workspaceId = "", startedAt = timestampText(now) } = context;
  return {
    workspaceId: String(workspaceId).trim(),
    jobId: context.jobId ?? id,
    startedBy: context.startedBy ?? "",
    startedAt: typeof startedAt === "string" ? startedAt : timestampText(startedAt.getTime() * 1000),
    missionId: context.missionId ?? mission?.id ?? "",
    missionName,
    missionContext: context.missionContext ?? null,
    jobInstructions: context.jobInstructions ?? null,
  };
}

function parametersOf(id: string, given: readonly JsonValue[] | null): JsonObject[] | null {
  if (given === null) return null;
  const [only, ...others] = given;
  const parameters = isList(only) && others.length === 0 ? only : given;
  const objects = parameters.filter(isObject);
  if (objects.length === parameters.length) return objects;
  const at = parameters.findIndex((each) => !isObject(each));
  throw new HoldfastError(`"Job" with id "${id}": "agentParameters.${at}" is not an object`, {
    code: "INVALID_ENTITY",
    details: { type: "Job", id, path: ["agentParameters", at] },
  });
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}
