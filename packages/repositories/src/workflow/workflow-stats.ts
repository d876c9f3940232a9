import { workflowLifecycle } from "@holdfast/core";
import { repository } from "../repository.ts";
import { casesOf, jobsOf } from "./workflow-context.ts";
import type { Activity, StatusCounts, WorkflowStats } from "./admin-types.ts";
import type { WorkflowContext } from "./workflow-context.ts";
import type { WorkflowStatus } from "@holdfast/core";

export async function stats(context: WorkflowContext): Promise<WorkflowStats> {
  const jobs = countsOf(await jobsOf(context).countBy("status"));
  const cases = countsOf(await casesOf(context).countBy("status"));
  const missions = await repository(context.entities.Mission, context.session).count();
  const collections = [jobs.total, cases.total, missions].filter((total) => total > 0).length;
  return { jobs, cases, missions, collections };
}

function countsOf(counted: ReadonlyMap<WorkflowStatus | null, number>): StatusCounts {
  const count = (status: WorkflowStatus): number => counted.get(status) ?? 0;
  const sum = (statuses: readonly WorkflowStatus[]): number => statuses.reduce((all, each) => all + count(each), 0);
  return {
    total: [...counted.values()].reduce((all, each) => all + each, 0),
    running: sum(workflowLifecycle.running),
    completed: count("completed"),
    failed: sum(["failed", "cancelled"]),
    stopped: count("stopped"),
    byStatus: {
      stopped: count("stopped"),
      in_progress: count("in_progress"),
      cancelling: count("cancelling"),
      awaiting: count("awaiting"),
      completed: count("completed"),
      failed: count("failed"),
      cancelled: count("cancelled"),
    },
  };
}

export async function recentActivity(context: WorkflowContext, limit = 10): Promise<readonly Activity[]> {
  const newest = { orderBy: [{ field: "createdAt", direction: "desc" }], limit } as const;
  const jobs = await jobsOf(context).find(newest);
  const cases = await casesOf(context).find(newest);
  const all = [
    ...jobs.items.map((job) => ({ at: job.createdAt, activity: { type: "Job", job } as const })),
    ...cases.items.map((each) => ({ at: each.createdAt, activity: { type: "Case", case: each } as const })),
  ];
  const sorted = all.sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
  return sorted.slice(0, limit).map(({ activity }) => activity);
}
