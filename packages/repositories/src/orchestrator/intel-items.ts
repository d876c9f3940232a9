import { compareScalars } from "@holdfast/core";
import { repository } from "../repository.ts";
import { IntelItem } from "./intel-item.ts";
import { creationOrder, listAll } from "./list-all.ts";
import type { Page, Repository } from "../repository-types.ts";
import type { StateContext } from "./state-context.ts";
import type { IntelItemFilter } from "./intel-item-types.ts";
import type { ListOptions, PageOptions } from "./list-options.ts";
import type { WhereOf } from "@holdfast/core";

export async function getIntelItem(context: StateContext, itemId: string): Promise<IntelItem | undefined> {
  return items(context).get(itemId);
}

export async function getIntelItems(
  context: StateContext,
  itemIds: readonly string[],
): Promise<readonly (IntelItem | undefined)[]> {
  return items(context).getMany(itemIds);
}

export async function listIntelItemsForRun(
  { session }: StateContext,
  runId: string,
  { limit, order }: ListOptions = {},
): Promise<readonly IntelItem[]> {
  return listAll(IntelItem, session, { where: { runId }, orderBy: creationOrder(order), limit });
}

export async function findIntelItems(
  context: StateContext,
  { limit, after, before, order, ...filter }: IntelItemFilter & PageOptions = {},
): Promise<Page<typeof IntelItem>> {
  return items(context).find({ where: itemWhere(filter), orderBy: creationOrder(order), limit, after, before });
}

export async function countIntelItems(context: StateContext, filter: IntelItemFilter = {}): Promise<number> {
  return items(context).count(itemWhere(filter));
}

export async function countByDecision(
  context: StateContext,
  runId?: string,
): Promise<ReadonlyMap<string | null, number>> {
  const counts = await items(context).countBy("decision", itemWhere({ runId }));
  return new Map([...counts].sort(([one], [other]) => compareScalars(one, other)));
}

export async function deleteIntelItem(context: StateContext, itemId: string): Promise<boolean> {
  return items(context).delete(itemId);
}

function items({ session }: StateContext): Repository<typeof IntelItem> {
  return repository(IntelItem, session);
}

function itemWhere({ runId, decision, itemType }: IntelItemFilter): WhereOf<typeof IntelItem> {
  return {
    ...(runId === undefined ? {} : { runId }),
    ...(decision === undefined ? {} : { decision }),
    ...(itemType === undefined ? {} : { itemType }),
  };
}
