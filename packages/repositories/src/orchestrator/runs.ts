import { HoldfastError, timestampText } from "@holdfast/core";
import { repository } from "../repository.ts";
import { creationOrder, listAll } from "./list-all.ts";
import { Run } from "./run.ts";
import { wholeRunMs } from "./state-context.ts";
import type { Page, Repository } from "../repository-types.ts";
import type { StateContext } from "./state-context.ts";
import type { ListOptions, PageOptions } from "./list-options.ts";
import type { RunFilter, RunStart } from "./run-types.ts";
import type { JsonValue, WhereOf } from "@holdfast/core";

export async function startRun(
  context: StateContext,
  first: RunStart | string,
  runType?: string,
  settingsSnapshot?: JsonValue,
): Promise<Run> {
  const start = typeof first === "string" ? { id: first, runType, settingsSnapshot } : first;
  checkStart(start);
  const startedAt = timestampText(context.stamps.now());
  const { id, runType: type, settingsSnapshot: settings } = start;
  return runs(context).create({ id, runType: type, settingsSnapshot: settings, startedAt });
}

export async function finishRun(
  context: StateContext,
  runId: string,
  status: string,
  notes: string | null = null,
): Promise<Run> {
  const finishedAt = timestampText(context.stamps.now());
  return runs(context).update(runId, (run) => ({ ...run, status, notes, finishedAt }));
}

export async function getRun(context: StateContext, runId: string): Promise<Run | undefined> {
  return runs(context).get(runId);
}

export async function listRuns(
  { session }: StateContext,
  { limit, order, ...filter }: RunFilter & ListOptions = {},
): Promise<readonly Run[]> {
  return listAll(Run, session, { where: runWhere(filter), orderBy: creationOrder(order), limit });
}

export async function findRuns(
  context: StateContext,
  { limit, after, before, order, ...filter }: RunFilter & PageOptions = {},
): Promise<Page<typeof Run>> {
  return runs(context).find({ where: runWhere(filter), orderBy: creationOrder(order), limit, after, before });
}

export async function countRuns(context: StateContext, filter: RunFilter = {}): Promise<number> {
  return runs(context).count(runWhere(filter));
}

export async function deleteRun({ session }: StateContext, runId: string): Promise<boolean> {
  return session.transaction(async (inner) => repository(Run, inner).delete(runId), { timeoutMs: wholeRunMs });
}

function runs({ session, stamps }: StateContext): Repository<typeof Run> {
  return repository(Run, session, { stamps });
}

function runWhere({ status, runType, since, until }: RunFilter): WhereOf<typeof Run> {
  return {
    ...(status === undefined ? {} : { status }),
    ...(runType === undefined ? {} : { runType }),
    ...(since === undefined && until === undefined
      ? {}
      : {
          createdAt: { ...(since === undefined ? {} : { gte: since }), ...(until === undefined ? {} : { lt: until }) },
        }),
  };
}

/** Callers without types hand in anything; what is missing is told in their words. */
function checkStart(given: unknown): asserts given is RunStart {
  const start: Readonly<Record<string, unknown>> = typeof given === "object" ? { ...given } : {};
  const missing = ["runType", "settingsSnapshot"].find((field) => start[field] === undefined);
  if (missing === undefined) return;
  throw new HoldfastError(`a run is started with (runId, runType, settingsSnapshot): ${missing} is missing`, {
    code: "INVALID_ENTITY",
    details: { type: Run.name, path: [missing] },
  });
}
