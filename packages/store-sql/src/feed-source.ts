import { compareText, encodeColumnText } from "@holdfast/core";
import type { DriverChange } from "@holdfast/core";
import { sql } from "kysely";
import type { RawBuilder } from "kysely";

import type { FeedPlace, FeedRowPlace } from "./feed-place.ts";
import { decodeRecord, readId, readNumber, readText } from "./record-codec.ts";
import type { Row } from "./sql-connections.ts";
import type { SqlDialect } from "./sql-dialect.ts";
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

/** Rows that can be in the feed: the records of a type, those of all undeclared types, or the tombstones. */
export interface FeedSource {
  readonly name: string;
  /** Undefined where each row says its own. */
  readonly type: string | undefined;
  readonly columns: readonly string[];
  readonly hasDocuments: boolean;
  readonly changeOf: (tenant: string, row: Row) => DriverChange;
  /** Types whose rows are there no more, but for leftovers of a move. */
  readonly except?: readonly string[];
}

export function feedSources(model: StoredModel): readonly FeedSource[] {
  const shared = { ...recordsOf(sharedTable), except: model.declaredTables.map(({ name }) => name) };
  return [...model.declaredTables.map(recordsOf), shared, tombstones];
}

/** Which rows of a source are behind a place. */
export function rowsBehind({ feed }: SqlDialect, source: FeedSource, tenant: string, place: FeedPlace): Predicate {
  const { base, within } = place;
  const change = sql.ref(changeColumn.name);
  const own: Predicate[] = [sql`${sql.ref(tenantColumn.name)} = ${tenant}`];
  const { except = [] } = source;
  if (except.length > 0) own.push(sql`${sql.ref(typeColumn.name)} not in (${sql.join(except)})`);
  if (base !== undefined) own.push(sql`${change} >= ${feed.lowestUnseen(base)}`, sql`not (${feed.seen(change, base)})`);
  if (within !== undefined) own.push(behindRow(source, within.last), feed.seen(change, within.upTo));
  return allOf(own);
}

/** The order of change, type and id, which is that of the source's index. */
export function feedOrder({ type }: FeedSource): RawBuilder<unknown> {
  const order = [changeColumn, ...(type === undefined ? [typeColumn] : []), idColumn];
  return sql.join(order.map(({ name }) => sql.ref(name)));
}

export function compareFeedRows(a: FeedRowPlace, b: FeedRowPlace): number {
  if (a.change !== b.change) return a.change < b.change ? -1 : 1;
  return compareText(a.type, b.type) || compareText(a.id, b.id);
}

/** Strictly behind a row. */
function behindRow({ type }: FeedSource, last: FeedRowPlace): Predicate {
  const [change, rowType, id] = [changeColumn, typeColumn, idColumn].map(({ name }) => sql.ref(name));
  const encodedId = encodeColumnText(last.id);
  if (type === undefined) return sql`(${change}, ${rowType}, ${id}) > (${last.change}, ${last.type}, ${encodedId})`;
  const side = compareText(type, last.type);
  if (side === 0) return sql`(${change}, ${id}) > (${last.change}, ${encodedId})`;
  return side < 0 ? sql`${change} > ${last.change}` : sql`${change} >= ${last.change}`;
}

function recordsOf({ name, layout }: Table): FeedSource {
  const type = layout?.type;
  const columns = [changeColumn, ...recordColumns, bodyColumn, ...(type === undefined ? [typeColumn] : [])];
  return {
    name,
    type,
    columns: columns.map((column) => column.name),
    hasDocuments: true,
    changeOf: (tenant, row) => ({ kind: "put", record: decodeRecord(tenant, type ?? readText(row, "_type"), row) }),
  };
}

const tombstones: FeedSource = {
  name: tombstonesTable,
  type: undefined,
  columns: tombstoneColumns.map(({ name }) => name),
  hasDocuments: false,
  changeOf: (tenant, row) => {
    const [version, deleted] = [readNumber(row, "_version"), readNumber(row, "_deleted")];
    return { kind: "delete", tombstone: { type: readText(row, "_type"), tenant, id: readId(row), version, deleted } };
  },
};
