import { timestampText } from "@holdfast/core";
import { finishedStepCase, steppedCase, unscheduledCase } from "./case-changes.ts";
import { stepIndex } from "./case-steps.ts";
import { stepTime } from "./step-time.ts";
import { casesOf, changeCase } from "./workflow-context.ts";
import type { Case } from "./case.ts";
import type { WorkflowContext } from "./workflow-context.ts";
import type { DueOptions, DueStep, ScheduledSteps } from "./workflow-types.ts";

/** Those of a case that is stopped, ends or is being cancelled are nobody's to do. */
const workedOn = ["in_progress", "awaiting"] as const;
/** No zone's clock is further from UTC than this, either way. */
const zoneMost = 14 * 3_600_000_000;

interface TimedStep extends DueStep {
  readonly time: number;
}

export function scheduledSteps(context: WorkflowContext): ScheduledSteps {
  return {
    dueSteps: async (options = {}) => dueSteps(context, options),
    startStep: async (id, index) => changeCase(context, id, (now) => steppedCase(now, index, "start"), {}),
    finishStep: async (id, index, outcome, cause = {}) =>
      changeCase(context, id, (now) => finishedStepCase(now, index, outcome), cause),
    putBackStep: async (id, index) => changeCase(context, id, (now) => steppedCase(now, index, "put_back"), {}),
    cancelScheduledSteps: async (id) => changeCase(context, id, unscheduledCase, {}),
  };
}

/**
 * Walks the index of pending times, status by status. Times without a zone stand in it as if they were UTC, so where
 * they are not, it is walked as much further as a zone can be off.
 */
async function dueSteps(context: WorkflowContext, { at, limit = 100 }: DueOptions): Promise<readonly DueStep[]> {
  const { stamps, timeZone } = context;
  const now = at === undefined ? stamps.now() : at.getTime() * 1000;
  const until = timestampText(timeZone === "UTC" ? now : now + zoneMost);
  const due: TimedStep[] = [];
  for (const status of workedOn) {
    const orderBy = [{ field: "nextStepAt", direction: "asc" }] as const;
    let cases = 0;
    for await (const each of casesOf(context).each({ where: { status, nextStepAt: { lte: until } }, orderBy })) {
      const steps = dueOf(each, now, timeZone);
      due.push(...steps);
      if (steps.length > 0) cases += 1;
      if (cases === limit) break;
    }
  }
  const earliest = due.sort((one, other) => one.time - other.time).slice(0, limit);
  return earliest.map(({ case: of, index, step }) => ({ case: of, index, step }));
}

function dueOf(of: Case, now: number, timeZone: string): readonly TimedStep[] {
  return of.updates.flatMap((step, place) => {
    if (step.scheduledStatus !== "pending" || step.scheduledAt === null) return [];
    const time = stepTime(step.scheduledAt, timeZone);
    return time === undefined || time > now ? [] : [{ case: of, index: stepIndex(step, place), step, time }];
  });
}
