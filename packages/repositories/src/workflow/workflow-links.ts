import { casesOf, jobsOf } from "./workflow-context.ts";
import type { BrokenLink } from "./admin-types.ts";
import type { Case } from "./case.ts";
import type { Job } from "./job.ts";
import type { WorkflowContext } from "./workflow-context.ts";
import type { FindOptions, Page } from "../repository-types.ts";
import type { Entity, EntityOf } from "@holdfast/core";

const atOnce = 1_000;

export async function orphanCases(context: WorkflowContext, limit = 1_000): Promise<readonly Case[]> {
  const { entities, session } = context;
  const orphans: Case[] = [];
  for await (const cases of pagesOf<typeof Case>(async (page) => casesOf(context).find(page))) {
    const jobIds = [...new Set(cases.map(({ jobId }) => jobId))];
    const where = { id: { in: jobIds } };
    const { records } = await session.find({ type: entities.Job.name, where, limit: atOnce, omit: "body" });
    const stored = new Set(records.map(({ id }) => id));
    orphans.push(...cases.filter(({ jobId }) => !stored.has(jobId)));
    if (orphans.length >= limit) break;
  }
  return orphans.slice(0, limit);
}

export async function brokenLinks(context: WorkflowContext): Promise<readonly BrokenLink[]> {
  const broken: BrokenLink[] = [];
  for await (const jobs of pagesOf<typeof Job>(async (page) => jobsOf(context).find(page))) {
    const casesByJob = await caseIdsOf(context, jobs);
    for (const { id, caseIds } of jobs) {
      const listed = new Set(caseIds);
      const referring = casesByJob.get(id) ?? new Set();
      const unlisted = [...referring].filter((each) => !listed.has(each));
      const dangling = [...listed].filter((each) => !referring.has(each));
      if (unlisted.length + dangling.length > 0) broken.push({ jobId: id, unlisted, dangling });
    }
  }
  return broken;
}

export async function mendLinks(context: WorkflowContext): Promise<number> {
  const broken = await brokenLinks(context);
  const relation = context.entities.jobCases.of(context.session);
  for (const { jobId } of broken) await relation.mend(jobId);
  return broken.length;
}

async function caseIdsOf(
  context: WorkflowContext,
  jobs: readonly Job[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const byJob = new Map<string, Set<string>>();
  const where = { jobId: { in: jobs.map(({ id }) => id) } };
  for await (const { id, jobId } of casesOf(context).each({ where })) {
    const ids = byJob.get(jobId) ?? new Set();
    byJob.set(jobId, ids.add(id));
  }
  return byJob;
}

async function* pagesOf<E extends Entity>(
  find: (page: Pick<FindOptions<E>, "limit" | "after">) => Promise<Page<E>>,
): AsyncGenerator<readonly EntityOf<E>[], void, undefined> {
  let after: string | undefined;
  do {
    const page = await find({ limit: atOnce, after });
    yield page.items;
    after = page.next;
  } while (after !== undefined);
}
