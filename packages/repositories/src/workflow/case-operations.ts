import { requireTransitionEvent, workflowLifecycle } from "@holdfast/core";
import { answeredCase, askedCase, closedCase, movedCase, patchedCase, updatedCase } from "./case-changes.ts";
import { changeCase, casesOf, together } from "./workflow-context.ts";
import type { Case } from "./case.ts";
import type { WorkflowContext } from "./workflow-context.ts";
import type { Cause, NewCase, WorkflowOperations } from "./workflow-types.ts";

type CaseOperations = Pick<
  WorkflowOperations,
  | "startCase"
  | "updateCase"
  | "patchStep"
  | "requestHumanInput"
  | "receiveHumanInput"
  | "closeCase"
  | "setCaseStatus"
  | "deleteCase"
>;

export function caseOperations(context: WorkflowContext): CaseOperations {
  const { entities, session, timeZone } = context;
  return {
    startCase: async (draft, cause = {}) => together(context, async (inside) => startCase(inside, draft, cause)),
    updateCase: async (id, step, cause = {}) =>
      changeCase(context, id, (now) => updatedCase(now, step, timeZone), cause),
    patchStep: async (id, index, step, cause = {}) =>
      changeCase(context, id, (now) => patchedCase(now, index, step, timeZone), cause),
    requestHumanInput: async (id, step, cause = {}) =>
      changeCase(context, id, (now) => askedCase(now, step, timeZone), cause),
    receiveHumanInput: async (id, step, cause = {}) =>
      changeCase(context, id, (now) => answeredCase(now, step, timeZone), cause),
    closeCase: async (id, result, { finalCost, ...cause } = {}) =>
      changeCase(context, id, (now) => closedCase(now, result, finalCost), cause),
    setCaseStatus: async (id, status, cause = {}) => {
      const key = { type: entities.Case.name, id };
      return changeCase(
        context,
        id,
        (now) => movedCase(now, requireTransitionEvent(workflowLifecycle, now.status, status, key)),
        cause,
      );
    },
    deleteCase: async (id) => entities.jobCases.of(session).delete(id),
  };
}

async function startCase(context: WorkflowContext, { jobId, ...draft }: NewCase, { by, reason }: Cause): Promise<Case> {
  const { entities, session, stamps } = context;
  const created = await entities.jobCases.of(session, { stamps }).create(jobId, draft);
  return casesOf(context).transition(created, "start_work", { by, reason });
}
