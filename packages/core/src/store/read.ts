import { parseWhere } from "../where.ts";
import type { Condition } from "../condition.ts";
import { pageToken, tokenPlace } from "../cursor.ts";
import type { TokenScope } from "../cursor.ts";
import { storedContentText } from "../content-hash.ts";
import type { FoundRecord, Reader, RecordText, Writer } from "../driver.ts";
import { HoldfastError } from "../errors.ts";
import { readHandedIn, takeList, takeOnly } from "../handed-in.ts";
import { checkId, isTypeName } from "../names.ts";
import { parseOrder, reversed } from "../order.ts";
import { queryKind } from "../queryable-fields.ts";
import { queryLimits } from "../query.ts";
import type { ContentPage, Query, RecordPage } from "../query.ts";
import type { Scalar, StoredRecord, Tombstone } from "../record.ts";
import type { TombstonePage } from "../store.ts";
import { timestampText } from "../timestamp.ts";
import { storedRecord } from "./records.ts";
import type { Scope } from "./scope.ts";

const queryNames = ["type", "where", "orderBy", "limit", "after", "before", "omit"] as const;
const contentsNames = queryNames.filter((name) => name !== "omit");
const pageNames = ["after", "limit"] as const;
const aPage = { what: "a page of tombstones", code: "INVALID_QUERY" } as const;
const aQuery = { what: "a query", code: "INVALID_QUERY" } as const;
const theIds = { what: "what is got", code: "INVALID_QUERY" } as const;

/** A call whose input is checked: what is left is to ask the reader. */
export type Prepared<T, R = Reader> = (reader: R) => Promise<T>;

export function prepareGet(
  scope: Scope,
  type: string,
  ids: readonly string[],
): (reader: PointReader) => Got | Promise<Got> {
  checkType(type);
  const asked = readHandedIn(theIds, () => takeList(ids, queryLimits.idsMost, theIds).map(checkedId));
  return (reader) => {
    const found = reader.get(scope.tenant, type, asked);
    return found instanceof Promise ? found.then(gotOf) : gotOf(found);
  };
}

/** As a reader's `get`, or without a promise. */
interface PointReader {
  get(...asked: Parameters<Reader["get"]>): Found | ReturnType<Reader["get"]>;
}
type Found = Awaited<ReturnType<Reader["get"]>>;
type Got = readonly (StoredRecord | undefined)[];

function gotOf(found: Found): Got {
  return found.map((record) => (record === undefined ? undefined : storedRecord(record)));
}

export function prepareTombstones(
  scope: Scope,
  type: string,
  asked: TombstonePage,
): Prepared<readonly Tombstone[], Pick<Writer, "tombstones">> {
  checkType(type);
  const { after, limit = queryLimits.pageDefault } = readHandedIn(aPage, () => takeOnly(asked, pageNames, aPage));
  if (!isPageSize(limit)) throw invalid(`"limit" is a whole number from 1 to ${queryLimits.pageMost}`);
  const behind = after === undefined ? undefined : checkedId(after);
  return (reader) => reader.tombstones(scope.tenant, type, behind, limit);
}

export function prepareCount(scope: Scope, type: string, where: unknown): Prepared<number> {
  const condition = prepareWhere(scope, type, where);
  return (reader) => reader.count(scope.tenant, type, condition);
}

export function prepareCountBy(
  scope: Scope,
  type: string,
  field: string,
  where: unknown,
): Prepared<ReadonlyMap<Scalar, number>> {
  const condition = prepareWhere(scope, type, where);
  if (typeof field !== "string") throw invalid("a field's name is a string");
  const kind = queryKind(scope.layout, type, field);
  return async (reader) => {
    const counts = await reader.countBy(scope.tenant, type, field, condition);
    if (kind !== "time") return counts;
    return new Map(
      [...counts].map(([value, count]) => [typeof value === "number" ? timestampText(value) : value, count]),
    );
  };
}

export function prepareFind(scope: Scope, query: Query): Prepared<RecordPage> {
  const find = prepareRows(scope, query);
  return async (reader) => {
    const { records, ...tokens } = await find(reader);
    return { records: records.map(storedRecord), ...tokens };
  };
}

/** A page whose documents are not parsed yet. */
export interface RowPage extends Omit<RecordPage, "records"> {
  readonly records: readonly RecordText[];
}

/** The same as the texts that content hashes are of. */
export function prepareContents(scope: Scope, query: Query): Prepared<ContentPage> {
  const find = prepareRows(scope, query, contentsNames);
  return async (reader) => {
    const { records, ...tokens } = await find(reader);
    return { contents: records.map((record) => ({ id: record.id, text: storedContentText(record) })), ...tokens };
  };
}

/** For who wants one document after the other: those of a whole page need not be in memory at once. */
export function prepareRows(
  scope: Scope,
  query: Query,
  names: readonly (keyof Query)[] = queryNames,
): Prepared<RowPage> {
  const taken = readHandedIn(aQuery, () => takeOnly(query, names, aQuery));
  const { type, limit = queryLimits.pageDefault, after, before, omit } = taken;
  if (!isPageSize(limit)) throw invalid(`"limit" is a whole number from 1 to ${queryLimits.pageMost}`);
  if (after !== undefined && before !== undefined) throw invalid('a page has "after" or "before", not both');
  if (omit !== undefined && omit !== "body") throw invalid('"omit" takes "body"');
  checkType(type);
  const where = parseWhere(scope.layout, type, taken.where);
  const order = parseOrder(scope.layout, type, taken.orderBy);
  const tokens: TokenScope = { tenant: scope.tenant, type, where, order };
  const token = [after, before].find((each) => each !== undefined);
  const place =
    token === undefined ? {} : { after: tokenPlace(tokens, token, (field) => queryKind(scope.layout, type, field)) };
  const direction = before === undefined ? order : reversed(order);
  const driverQuery = { type, where, order: direction, limit: limit + 1, omitBody: omit === "body", ...place };
  return async (reader) => {
    const rows = await reader.find(scope.tenant, driverQuery);
    const ahead = rows.length > limit;
    return before === undefined
      ? page(tokens, rows.slice(0, limit), { next: ahead, previous: after !== undefined })
      : page(tokens, rows.slice(0, limit).reverse(), { next: true, previous: ahead });
  };
}

function page(scope: TokenScope, rows: readonly FoundRecord[], more: { next: boolean; previous: boolean }): RowPage {
  const [first] = rows;
  const last = rows.at(-1);
  return {
    records: rows.map(({ record }) => record),
    ...(more.next && last !== undefined ? { next: pageToken(scope, last.place) } : {}),
    ...(more.previous && first !== undefined ? { previous: pageToken(scope, first.place) } : {}),
  };
}

function isPageSize(limit: unknown): limit is number {
  return typeof limit === "number" && Number.isInteger(limit) && limit >= 1 && limit <= queryLimits.pageMost;
}

function checkedId(id: unknown): string {
  checkId(id);
  return id;
}

function prepareWhere(scope: Scope, type: string, where: unknown): Condition {
  checkType(type);
  return parseWhere(scope.layout, type, where);
}

function checkType(type: unknown): asserts type is string {
  if (!isTypeName(type)) throw invalid("a type's name is 1 to 48 characters of A-Z a-z 0-9 _, a letter first");
}

function invalid(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_QUERY" });
}
