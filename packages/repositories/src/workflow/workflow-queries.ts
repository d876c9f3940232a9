import { historyOf } from "../history-of.ts";
import { searchCases, searchJobs } from "./search-jobs.ts";
import { casesOfJob } from "./job-operations.ts";
import { brokenLinks, mendLinks, orphanCases } from "./workflow-links.ts";
import { recentActivity, stats } from "./workflow-stats.ts";
import { casesOf, jobsOf } from "./workflow-context.ts";
import type { WorkflowQueries } from "./admin-types.ts";
import type { WorkflowContext } from "./workflow-context.ts";

export function workflowQueries(context: WorkflowContext): WorkflowQueries {
  return {
    stats: async () => asOfOneMoment(context, stats),
    searchJobs: async (options = {}) => searchJobs(context, options),
    searchCases: async (options = {}) => searchCases(context, options),
    jobDetail: async (id) =>
      asOfOneMoment(context, async (inside) => {
        const job = await jobsOf(inside).get(id);
        return job && { job, cases: await casesOfJob(inside, id) };
      }),
    caseDetail: async (id) =>
      asOfOneMoment(context, async (inside) => {
        const found = await casesOf(inside).get(id);
        return found && { case: found, job: await jobsOf(inside).get(found.jobId) };
      }),
    orphanCases: async ({ limit } = {}) => orphanCases(context, limit),
    brokenLinks: async () => brokenLinks(context),
    mendLinks: async () => mendLinks(context),
    recentActivity: async ({ limit } = {}) => recentActivity(context, limit),
    historyOf: async (type, id, options = {}) => historyOf(context.session, context.entities[type], id, options),
  };
}

async function asOfOneMoment<T>(context: WorkflowContext, read: (context: WorkflowContext) => Promise<T>): Promise<T> {
  return context.session.transaction(async (session) => read({ ...context, session }), { readOnly: true });
}
