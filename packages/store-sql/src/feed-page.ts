import type { DriverChange, FeedLimits } from "@holdfast/core";
import { sql } from "kysely";

import type { FeedPlace, FeedRowPlace } from "./feed-place.ts";
import { compareFeedRows, feedOrder, feedSources, rowsBehind } from "./feed-source.ts";
import type { FeedSource } from "./feed-source.ts";
import type { RunStatements } from "./model-cache.ts";
import { readChange, readId, readText } from "./record-codec.ts";
import type { Row } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Statement } from "./statement.ts";
import type { StoredModel } from "./stored-model.ts";
import { bodyColumn, changeColumn, idColumn, typeColumn } from "./tables.ts";
import type { Predicate } from "./where.ts";

export interface FeedRow {
  readonly at: FeedRowPlace;
  readonly change: DriverChange;
}

export interface FeedPage {
  readonly rows: readonly FeedRow[];
  readonly isMore: boolean;
}

interface Asked {
  readonly tenant: string;
  readonly place: FeedPlace;
  readonly limits: FeedLimits;
}

/** A row without its document; `bytes` are not known of one that is behind enough of them for a page. */
interface FeedHeadRow {
  readonly at: FeedRowPlace;
  readonly source: FeedSource;
  readonly bytes: number | undefined;
}

/**
 * The next rows behind a place. First only which they are and how large, so that no more documents are read than go into
 * the page; then those, in the same order from the same place: in one transaction, both see the same.
 */
export async function readFeedPage(
  context: SqlContext,
  model: StoredModel,
  run: RunStatements,
  { tenant, place, limits }: Asked,
): Promise<FeedPage> {
  const sources = feedSources(model);
  const behind = (source: FeedSource): Predicate => rowsBehind(context.dialect, source, tenant, place);
  const found = await run(sources.map((each) => headsStatement(context, each, behind(each), limits)));
  const heads = sources
    .flatMap((source, at) => (found[at]?.rows ?? []).map((row) => headRow(source, row)))
    .sort((a, b) => compareFeedRows(a.at, b.at));
  const page = pageOf(heads, limits);
  const counts = [...Map.groupBy(page, ({ source }) => source)].map(([source, rows]) => ({
    source,
    count: rows.length,
  }));
  const read = await run(counts.map(({ source, count }) => rowsStatement(context, source, behind(source), count)));
  const rows = counts.flatMap(({ source }, at) => (read[at]?.rows ?? []).map((row) => feedRow(tenant, source, row)));
  return { rows: rows.sort((a, b) => compareFeedRows(a.at, b.at)), isMore: heads.length > page.length };
}

function pageOf(heads: readonly FeedHeadRow[], { changes, bytes: most }: FeedLimits): readonly FeedHeadRow[] {
  let total = 0;
  const end = heads.findIndex(({ bytes }, at) => {
    total += bytes ?? Infinity;
    return at === changes || (at > 0 && total > most);
  });
  return end === -1 ? heads : heads.slice(0, end);
}

/** One more row than a page has at most tells whether there is more. */
function headsStatement(context: SqlContext, source: FeedSource, behind: Predicate, limits: FeedLimits): Statement {
  const { builder, dialect } = context;
  const order = feedOrder(source);
  const key = [changeColumn, ...(source.type === undefined ? [typeColumn] : []), idColumn].map(({ name }) => name);
  const found = builder
    .selectFrom(source.name)
    .where(behind)
    .orderBy(order)
    .limit(limits.changes + 1);
  if (!source.hasDocuments) return found.select([...key, sql.lit(0).as("bytes")]).compile();
  const body = sql.ref(bodyColumn.name);
  const bytes = dialect.documentBytes(body);
  if (dialect.storedBytes === undefined) return found.select([...key, bytes.as("bytes")]).compile();
  const earlier = sql`over (order by ${order} rows between unbounded preceding and 1 preceding)`;
  const storedBefore = sql`sum(${dialect.storedBytes(body)}) ${earlier}`.as("stored_before");
  const measured = builder
    .selectFrom(found.select([...key, bodyColumn.name]).as("page"))
    .select([...key, bodyColumn.name, storedBefore]);
  const near = sql`case when coalesce(stored_before, 0) <= ${limits.bytes} then ${bytes} end`;
  return builder
    .selectFrom(measured.as("measured"))
    .select([...key, near.as("bytes")])
    .orderBy(order)
    .compile();
}

function rowsStatement({ builder }: SqlContext, source: FeedSource, behind: Predicate, count: number): Statement {
  const rows = builder.selectFrom(source.name).select([...source.columns]);
  return rows.where(behind).orderBy(feedOrder(source)).limit(count).compile();
}

function headRow(source: FeedSource, row: Row): FeedHeadRow {
  const { bytes } = row;
  const at = { change: readChange(row), type: source.type ?? readText(row, "_type"), id: readId(row) };
  return { at, source, bytes: typeof bytes === "number" ? bytes : undefined };
}

function feedRow(tenant: string, source: FeedSource, row: Row): FeedRow {
  const change = source.changeOf(tenant, row);
  const { type, id } = change.kind === "put" ? change.record : change.tombstone;
  return { at: { change: readChange(row), type, id }, change };
}
