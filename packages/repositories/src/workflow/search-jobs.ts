import { HoldfastError, queryLimits } from "@holdfast/core";
import { folded } from "./search-text.ts";
import { casesOf, jobsOf } from "./workflow-context.ts";
import type { CaseSearch, JobRow, JobSearch, SearchPage } from "./admin-types.ts";
import type { Case } from "./case.ts";
import type { Job } from "./job.ts";
import type { WorkflowContext } from "./workflow-context.ts";
import type { FindOptions, Page } from "../repository-types.ts";
import type { Entity, EntityOf, OrderByOf, WhereOf } from "@holdfast/core";

const limitDefault = 50;
const jobSorts = ["createdAt", "name", "status"] as const;
const caseSorts = ["createdAt", "name", "status", "totalCost"] as const;

export async function searchJobs(context: WorkflowContext, options: JobSearch): Promise<SearchPage<JobRow>> {
  const { agentName, missionId, status, search, sort = "-createdAt" } = options;
  const jobs = jobsOf(context);
  const wheres: WhereOf<typeof Job>[] = [];
  if (agentName !== undefined) wheres.push({ agentName: { in: await agentsLike(context, agentName) } });
  if (missionId !== undefined) wheres.push({ missionId });
  if (status !== undefined) wheres.push({ status: typeof status === "string" ? status : { in: status } });
  if (search !== undefined) wheres.push(holds(search));
  const orderBy: readonly OrderByOf<typeof Job>[] = [orderOf(sort, jobSorts)];
  const { items, next } = await filled<typeof Job>(
    async (page) => jobs.find({ ...page, where: { and: wheres }, orderBy }),
    ({ id, name }) => search === undefined || isIn(search, [id, name]),
    options,
  );
  const ids = items.map(({ id }) => id);
  const counts = await context.entities.jobCases.of(context.session).counts(ids);
  const rows = items.map((job) => ({ job, caseCount: counts.get(job.id) ?? 0 }));
  return next === undefined ? { items: rows } : { items: rows, next };
}

export async function searchCases(context: WorkflowContext, options: CaseSearch): Promise<SearchPage<Case>> {
  const { jobId, status, search, sort = "-createdAt" } = options;
  const cases = casesOf(context);
  const wheres: WhereOf<typeof Case>[] = [];
  if (jobId !== undefined) wheres.push({ jobId });
  if (status !== undefined) wheres.push({ status: typeof status === "string" ? status : { in: status } });
  if (search !== undefined) wheres.push(holds(search));
  const orderBy: readonly OrderByOf<typeof Case>[] = [orderOf(sort, caseSorts)];
  return filled<typeof Case>(
    async (page) => cases.find({ ...page, where: { and: wheres }, orderBy }),
    ({ id, name, description }) => search === undefined || isIn(search, [id, name, description]),
    options,
  );
}

/** Agents are few beside their jobs, so their names are looked through. */
async function agentsLike(context: WorkflowContext, part: string): Promise<readonly string[]> {
  const agents = [...(await jobsOf(context).countBy("agentName")).keys()].filter((name) => name !== null);
  return agents.filter((name) => isIn(part, [name])).slice(0, queryLimits.inMost);
}

/** Entities whose text is too long for an index are given too, to be looked into. */
function holds(search: string): { readonly or: readonly [{ searchText: { contains: string } }, { searchText: null }] } {
  return { or: [{ searchText: { contains: folded(search) } }, { searchText: null }] };
}

function isIn(search: string, texts: readonly string[]): boolean {
  return texts.some((text) => folded(text).includes(folded(search)));
}

function orderOf<F extends string>(
  sort: F | `-${F}`,
  fields: readonly F[],
): { readonly field: F; readonly direction: "asc" | "desc" } {
  const isDescending = sort.startsWith("-");
  const field = fields.find((each) => each === (isDescending ? sort.slice(1) : sort));
  if (field !== undefined) return { field, direction: isDescending ? "desc" : "asc" };
  const allowed = fields.join(", ");
  throw new HoldfastError(`there is no sorting by "${sort}"; there is ${allowed}, with a minus sign for descending`, {
    code: "INVALID_QUERY",
    details: { sort },
  });
}

/** Reads on until the page is full, each time only what is still missing: so its end is the end of what was read. */
async function filled<E extends Entity>(
  find: (page: Pick<FindOptions<E>, "limit" | "after">) => Promise<Page<E>>,
  fits: (entity: EntityOf<E>) => boolean,
  { limit = limitDefault, after }: { readonly limit?: number | undefined; readonly after?: string | undefined },
): Promise<SearchPage<EntityOf<E>>> {
  const items: EntityOf<E>[] = [];
  let from = after;
  for (;;) {
    const page = await find({ limit: limit - items.length, after: from });
    items.push(...page.items.filter(fits));
    from = page.next;
    if (from === undefined) return { items };
    if (items.length === limit) return { items, next: from };
  }
}
