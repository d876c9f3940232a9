import { compareText, encodeColumnText } from "@holdfast/core";
import type { DriverChange, DriverChanges, Scalar } from "@holdfast/core";
import { sql } from "kysely";

import { epochOf, readEpochStatement } from "./epoch.ts";
import { headStatement } from "./feed-head.ts";
import { feedStart, headOf, readPlace, writePlace } from "./feed-place.ts";
import type { FeedPlace, FeedRowPlace } from "./feed-place.ts";
import type { ModelCache, RunStatements } from "./model-cache.ts";
import { decodeRecord, readChange, readId, readNumber, readText } from "./record-codec.ts";
import { noResult } from "./sql-connections.ts";
import type { Row } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Statement } from "./statement.ts";
import type { StoredModel } from "./stored-model.ts";
import {
  bodyColumn,
  changeColumn,
  idColumn,
  recordColumns,
  sharedTable,
  tenantColumn,
  tombstoneColumns,
  tombstonesTable,
  typeColumn,
} from "./tables.ts";
import type { Table } from "./tables.ts";
import { allOf } from "./where.ts";
import type { Predicate } from "./where.ts";

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
  readonly limit: number;
}

/** What is asked of each table. */
interface Page {
  readonly tenant: string;
  readonly place: FeedPlace;
  readonly limit: number;
}

/** Rows that can be in the feed: the records of a type, those of all undeclared types, or the tombstones. */
interface Source {
  readonly name: string;
  /** Undefined where each row says its own. */
  readonly type: string | undefined;
  readonly columns: readonly string[];
  readonly changeOf: (tenant: string, row: Row) => DriverChange;
  /** Types whose rows are there no more, but for leftovers of a move. */
  readonly except?: readonly string[];
}

interface FedRow {
  readonly at: FeedRowPlace;
  readonly change: DriverChange;
}

/**
 * Goes from one moment to another: what readers of the later one see and those of the earlier did not is read in the
 * order of its numbers, page by page. A row that changes meanwhile leaves that range for a later one, and none can come
 * into it, in whatever order transactions commit. Once the range is empty, the next one reaches up to the present.
 */
export async function readChanges(
  { context, models, first, run }: FeedTransaction,
  { tenant, after, limit }: Asked,
): Promise<DriverChanges> {
  const [epochResult = noResult, headResult = noResult] = await first([
    readEpochStatement(context),
    headStatement(context, tenant),
  ]);
  const model = await models.at(epochOf(epochResult).epoch, context, run);
  const head = headOf(headResult.rows[0] ?? {});
  const place = after === undefined ? feedStart : readPlace(context.dialect.feed, head, after);
  const upTo = place.within?.upTo ?? head.mark;
  const rows = place.base === upTo ? [] : await rowsBehind(context, model, run, { tenant, place, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  const next: FeedPlace = isMore ? { base: place.base, within: { upTo, last: last.at } } : { base: upTo };
  return {
    changes: page.map(({ change }) => change),
    next: writePlace(head, next),
    caughtUp: !isMore && upTo === head.mark,
  };
}

async function rowsBehind(
  context: SqlContext,
  model: StoredModel,
  run: RunStatements,
  page: Page,
): Promise<readonly FedRow[]> {
  const shared = { ...recordsOf(sharedTable), except: model.declaredTables.map(({ name }) => name) };
  const sources: readonly Source[] = [...model.declaredTables.map(recordsOf), shared, tombstones];
  const results = await run(sources.map((source) => rowsStatement(context, source, page)));
  const rows = sources.flatMap((source, at) => {
    return (results[at]?.rows ?? []).map((row): FedRow => {
      const change = source.changeOf(page.tenant, row);
      const { type, id } = change.kind === "put" ? change.record : change.tombstone;
      return { at: { change: readChange(row), type, id }, change };
    });
  });
  return rows.sort((a, b) => comparePlaces(a.at, b.at));
}

function rowsStatement({ builder, dialect }: SqlContext, source: Source, { tenant, place, limit }: Page): Statement {
  const { base, within } = place;
  const change = sql.ref(changeColumn.name);
  const own: Predicate[] = [sql`${sql.ref(tenantColumn.name)} = ${tenant}`];
  const { except = [] } = source;
  if (except.length > 0) own.push(sql`${sql.ref(typeColumn.name)} not in (${sql.join(except)})`);
  if (base !== undefined) {
    own.push(sql`${change} >= ${dialect.feed.lowestUnseen(base)}`, sql`not (${dialect.feed.seen(change, base)})`);
  }
  if (within !== undefined) own.push(behind(source, within.last), dialect.feed.seen(change, within.upTo));
  const order = [changeColumn.name, ...(source.type === undefined ? [typeColumn.name] : []), idColumn.name];
  return builder
    .selectFrom(source.name)
    .select([...source.columns])
    .where(allOf(own))
    .orderBy(sql.join(order.map((name) => sql.ref(name))))
    .limit(limit)
    .compile();
}

/** Strictly behind a row, in the order of change, type and id, which is that of the table's index. */
function behind({ type }: Source, last: FeedRowPlace): Predicate {
  const [change, rowType, id] = [changeColumn, typeColumn, idColumn].map(({ name }) => sql.ref(name));
  const encodedId = encodeColumnText(last.id);
  if (type === undefined) return sql`(${change}, ${rowType}, ${id}) > (${last.change}, ${last.type}, ${encodedId})`;
  const side = compareText(type, last.type);
  if (side === 0) return sql`(${change}, ${id}) > (${last.change}, ${encodedId})`;
  return side < 0 ? sql`${change} > ${last.change}` : sql`${change} >= ${last.change}`;
}

function recordsOf({ name, layout }: Table): Source {
  const type = layout?.type;
  const columns = [changeColumn, ...recordColumns, bodyColumn, ...(type === undefined ? [typeColumn] : [])];
  return {
    name,
    type,
    columns: columns.map((column) => column.name),
    changeOf: (tenant, row) => ({ kind: "put", record: decodeRecord(tenant, type ?? readText(row, "_type"), row) }),
  };
}

const tombstones: Source = {
  name: tombstonesTable,
  type: undefined,
  columns: tombstoneColumns.map(({ name }) => name),
  changeOf: (tenant, row) => {
    const [version, deleted] = [readNumber(row, "_version"), readNumber(row, "_deleted")];
    return { kind: "delete", tombstone: { type: readText(row, "_type"), tenant, id: readId(row), version, deleted } };
  },
};

function comparePlaces(a: FeedRowPlace, b: FeedRowPlace): number {
  if (a.change !== b.change) return a.change < b.change ? -1 : 1;
  return compareText(a.type, b.type) || compareText(a.id, b.id);
}
