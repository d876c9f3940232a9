import { HoldfastError, systemStamps, workflowLifecycle } from "@holdfast/core";
import { stateAt, statusAfter } from "../lifecycle-step.ts";
import type { Step } from "../lifecycle-step.ts";
import type { StepResult } from "./step-result.ts";
import type { Lifecycle, Stamps, WorkflowEvent, WorkflowStatus } from "@holdfast/core";

/** What has a status, and may have an end. */
export interface Stateful {
  readonly id: string;
  readonly status: string;
  readonly finishedAt?: string | null;
}

export interface StepOptions<S extends string = WorkflowStatus, V extends string = WorkflowEvent> {
  /** @default `workflowLifecycle`, which jobs and cases have */
  readonly lifecycle?: Lifecycle<S, V>;
  /** What the value is called in messages. @default "entity" */
  readonly type?: string;
  /** Where `finishedAt` comes from. @default the system's clock */
  readonly stamps?: Pick<Stamps, "now">;
}

/**
 * Steps of a lifecycle on values alone: nothing is stored, what is handed in stays as it is, and a step that is not
 * allowed is a result. `finishedAt` is set when a terminal status is reached, and never again.
 */
export const EntityLifecycle = {
  /** To a status that one event leads to. */
  transition<T extends Stateful, S extends string = WorkflowStatus>(
    entity: T,
    to: NoInfer<S>,
    options: StepOptions<S, string> = {},
  ): StepResult<T> {
    return stepped(entity, { to }, options);
  },

  /** To the status that the event leads to. */
  handleEvent<T extends Stateful, V extends string = WorkflowEvent>(
    entity: T,
    event: NoInfer<V>,
    options: StepOptions<string, V> = {},
  ): StepResult<T> {
    return stepped(entity, { event }, options);
  },
} as const;

function stepped<T extends Stateful>(entity: T, step: Step, options: StepOptions<string, string>): StepResult<T>;
function stepped(entity: Stateful, step: Step, options: StepOptions<string, string>): StepResult<Stateful> {
  const { lifecycle = workflowLifecycle, type = "entity", stamps = systemStamps } = options;
  try {
    const status = statusAfter(lifecycle, entity.status, step, { type, id: entity.id });
    return { ok: true, entity: { ...entity, ...stateAt(lifecycle, entity, status, stamps) } };
  } catch (error) {
    if (!HoldfastError.is(error, "ILLEGAL_TRANSITION")) throw error;
    return { ok: false, message: error.message, error };
  }
}
