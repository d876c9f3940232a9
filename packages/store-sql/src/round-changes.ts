import type { FieldValues, KeyChange, KeyState, RecordText, Tombstone } from "@holdfast/core";

import { encodeRecord } from "./record-codec.ts";
import { completeFields } from "./complete-fields.ts";
import {
  deleteRecords,
  insertTombstones,
  deleteTombstones,
  noteOutdated,
  streamRecords,
  updateRecords,
  upsertRecords,
} from "./row-statements.ts";
import type { RowUpdate } from "./row-statements.ts";
import { uniqueFields } from "./round-states.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Statement } from "./statement.ts";
import type { StoredModel, WrittenTables } from "./stored-model.ts";
import type { FieldColumn, Table } from "./tables.ts";

/** Fields of a type: so many have 64 choices. */
const toldApartMost = 6;

/** Not an object written out at its place, as is all that a batch keeps by the thousand: docs/decisions/0068. */
class Put {
  readonly record: RecordText;
  readonly fields: FieldValues;
  readonly before: KeyState | undefined;

  constructor({ record, fields }: Extract<KeyChange, { kind: "put" }>, before: KeyState | undefined) {
    this.record = record;
    this.fields = fields;
    this.before = before;
  }
}

/** What a round does to one type. */
interface TypeChanges {
  readonly type: string;
  /** Where its records are read. */
  readonly table: Table;
  readonly written: WrittenTables;
  readonly puts: Put[];
  /** Records to delete: those that are buried, and those that are written anew. */
  readonly deleted: { readonly tenant: string; readonly id: string }[];
  readonly unburied: { readonly tenant: string; readonly id: string }[];
  readonly buried: Tombstone[];
}

/** How a round's rows are written. */
export interface RowWriting {
  /** One number for all that it changes. */
  readonly change: bigint;
  /** Whether the connection takes rows behind a statement. */
  readonly takesRows: boolean;
}

/**
 * The statements that bring about what a round leaves, type by type and in the order of the changes. Made
 * one by one as they are asked for, so a large round is never in memory a second time.
 */
export function* changeStatements(
  context: SqlContext,
  model: StoredModel,
  changes: ReadonlyMap<string, KeyChange>,
  states: ReadonlyMap<string, KeyState>,
  { change, takesRows }: RowWriting,
): Generator<Statement> {
  const types = changesByType(model, changes, states);
  for (const { type, table, written, puts, deleted, unburied, buried } of types) {
    const { home, copy } = written;
    const outdated: RecordText[] = [];
    const moved = movedUnique(context, table, puts);
    if (deleted.length + moved.length > 0) yield* deleteRecords(context, home, type, [...deleted, ...moved]);
    const isSettled = copy === undefined && (table.coming?.length ?? 0) === 0 && moved.length === 0;
    const inPlace = isSettled && context.dialect.rewritesIndexes === true;
    const { changed, placed } = inPlace ? changedInPlace(puts) : { changed: [], placed: puts };
    const { streamed, others } = divided(context, placed, takesRows);
    const noted = copy === undefined ? outdated : undefined;
    if (changed.length > 0) yield* updateRecords(context, home, updatesOf(context, home, changed, change, outdated));
    if (others.length > 0) yield* upsertRecords(context, home, rowsOf(context, home, others, change, noted));
    if (streamed.length > 0) yield* streamRecords(context, home, rowsOf(context, home, streamed, change, noted));
    if (copy !== undefined) {
      yield* deleteRecords(context, copy, type, deleted);
      yield* upsertRecords(context, copy, rowsOf(context, copy, puts, change, outdated));
    }
    if (outdated.length > 0) yield* noteOutdated(context, outdated);
    if (unburied.length > 0) yield* deleteTombstones(context, type, unburied);
    if (buried.length > 0) yield* insertTombstones(context, buried, change);
  }
}

interface Change extends Put {
  readonly before: LiveState;
}

type LiveState = Extract<KeyState, { kind: "live" }>;

/** Which records are changed where they are, and which are put. */
function changedInPlace(puts: readonly Put[]): {
  readonly changed: readonly Change[];
  readonly placed: readonly Put[];
} {
  const changed = puts.filter((put): put is Change => put.before?.kind === "live");
  if (changed.length === 0) return { changed, placed: puts };
  return { changed, placed: puts.filter(({ before }) => before?.kind !== "live") };
}

/** Which records go in behind a statement: many at whose keys nothing stands. They come last, so that what makes room for them is done. */
function divided(
  { dialect }: SqlContext,
  puts: readonly Put[],
  takesRows: boolean,
): { readonly streamed: readonly Put[]; readonly others: readonly Put[] } {
  const { stream } = dialect.rows;
  if (!takesRows || stream === undefined || puts.length < stream.rowsLeast) return { streamed: [], others: puts };
  const streamed = puts.filter(({ before }) => before?.kind !== "live");
  if (streamed.length < stream.rowsLeast) return { streamed: [], others: puts };
  return { streamed, others: puts.filter(({ before }) => before?.kind === "live") };
}

function* rowsOf(
  context: SqlContext,
  table: Table,
  puts: readonly Put[],
  change: bigint,
  outdated?: RecordText[],
): Generator<readonly unknown[]> {
  for (const put of puts) {
    const fields = columnsOf(context, table, put, outdated);
    yield encodeRecord(context.dialect, table, put.record, fields, change);
  }
}

/** The same with the columns that stay as they are: when a record was made, and those of its fields. */
function* updatesOf(
  context: SqlContext,
  table: Table,
  changes: readonly Change[],
  change: bigint,
  outdated: RecordText[],
): Generator<RowUpdate> {
  for (const put of changes) {
    const { record, before } = put;
    const fields = columnsOf(context, table, put, outdated);
    const staying = toldApart(table, stayingFields(table, before.fields, fields)).map(({ name }) => name);
    if (record.created === before.created) staying.push("_created");
    yield { row: encodeRecord(context.dialect, table, record, fields, change), staying };
  }
}

function stayingFields({ fields }: Table, before: FieldValues, after: FieldValues): readonly FieldColumn[] {
  return fields.filter(({ field }) => before.has(field) && (after.get(field) ?? null) === before.get(field));
}

/** Of many fields, only that all of them stay is told: else there would be a statement for each choice of them. */
function toldApart({ fields }: Table, staying: readonly FieldColumn[]): readonly FieldColumn[] {
  return fields.length <= toldApartMost || staying.length === fields.length ? staying : [];
}

/** Notes a record whose columns await a program that can lift its document. */
function columnsOf(
  context: SqlContext,
  table: Table,
  { record, fields }: Put,
  outdated: RecordText[] = [],
): FieldValues {
  const complete = completeFields(context, table, record, fields);
  if (complete.isOutdated) outdated.push(record);
  return complete.fields;
}

function changesByType(
  model: StoredModel,
  changes: ReadonlyMap<string, KeyChange>,
  states: ReadonlyMap<string, KeyState>,
): readonly TypeChanges[] {
  const types = new Map<string, TypeChanges>();
  for (const [key, change] of changes) {
    const { tenant, type, id } = change.kind === "put" ? change.record : change.tombstone;
    const before = states.get(key);
    const own = types.get(type) ?? emptyChanges(type, model);
    types.set(type, own);
    if (change.kind === "put") {
      own.puts.push(new Put(change, before));
      if (before?.kind === "buried") own.unburied.push({ tenant, id });
    } else {
      own.buried.push(change.tombstone);
      if (before?.kind === "live") own.deleted.push({ tenant, id });
    }
  }
  return [...types.values()].sort((a, b) => (a.type < b.type ? -1 : 1));
}

function emptyChanges(type: string, model: StoredModel): TypeChanges {
  return {
    type,
    table: model.table(type),
    written: model.writtenTables(type),
    puts: [],
    deleted: [],
    unburied: [],
    buried: [],
  };
}

/**
 * Records whose values in unique indexes change, where several rows do so at once: they are deleted before they are
 * written, so that uniqueness is judged on what the round leaves, whatever order it is written in.
 */
function movedUnique(context: SqlContext, table: Table, puts: readonly Put[]): readonly RecordText[] {
  const unique = uniqueFields(table).map(({ field }) => field);
  if (unique.length === 0 || puts.length < 2) return [];
  const moved = puts.filter(({ record, fields, before }) => {
    if (before?.kind !== "live") return false;
    const { fields: after } = completeFields(context, table, record, fields);
    return unique.some((field) => (after.get(field) ?? null) !== (before.fields.get(field) ?? null));
  });
  return moved.map(({ record }) => record);
}
