import type { DriverChanges, FeedLimits, Scalar } from "@holdfast/core";

import { epochOf, readEpochStatement } from "./epoch.ts";
import { headStatement } from "./feed-head.ts";
import { readFeedPage } from "./feed-page.ts";
import { feedStart, headOf, placeBehind, readPlace, writePlace } from "./feed-place.ts";
import type { ModelCache, RunStatements } from "./model-cache.ts";
import { noResult } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";

/** How the feed gets at a transaction that only reads, and so sees one moment. */
export interface FeedTransaction {
  readonly context: SqlContext;
  readonly models: ModelCache;
  /** Runs the first statements: in a transaction that begins with them. */
  readonly first: RunStatements;
  readonly run: RunStatements;
}

interface Asked {
  readonly tenant: string;
  readonly after: readonly Scalar[] | undefined;
  readonly limits: FeedLimits;
}

/**
 * Goes from one moment to another: what readers of the later one see and those of the earlier did not is read in the
 * order of its numbers, page by page. A row that changes meanwhile leaves that range for a later one, and none can come
 * into it, in whatever order transactions commit. Once the range is empty, the next one reaches up to the present.
 */
export async function readChanges(
  { context, models, first, run }: FeedTransaction,
  { tenant, after, limits }: Asked,
): Promise<DriverChanges> {
  const [epochResult = noResult, headResult = noResult] = await first([
    readEpochStatement(context),
    headStatement(context, tenant),
  ]);
  const model = await models.at(epochOf(epochResult).epoch, context, run);
  const head = headOf(headResult.rows[0] ?? {});
  const { feed } = context.dialect;
  const place = after === undefined ? feedStart : readPlace(feed, head, after);
  const upTo = feed.both(place.within?.upTo ?? head.mark, head.mark);
  const isEmpty = place.base === upTo;
  const page = isEmpty
    ? { rows: [], isMore: false }
    : await readFeedPage(context, model, run, { tenant, place, limits });
  const last = page.rows.at(-1);
  return {
    changes: page.rows.map(({ change }) => change),
    next: writePlace(head, placeBehind(feed, place, { upTo, last: last?.at, isMore: page.isMore })),
    caughtUp: !page.isMore && upTo === head.mark,
  };
}
