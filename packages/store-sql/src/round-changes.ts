import type { FieldValues, KeyChange, KeyState, RecordText, Tombstone } from "@holdfast/core";

import { encodeRecord } from "./record-codec.ts";
import { completeFields } from "./complete-fields.ts";
import {
  deleteRecords,
  insertTombstones,
  deleteTombstones,
  noteOutdated,
  streamRecords,
  upsertRecords,
} from "./row-statements.ts";
import { uniqueFields } from "./round-states.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Statement } from "./statement.ts";
import type { StoredModel, WrittenTables } from "./stored-model.ts";
import type { Table } from "./tables.ts";

interface Put {
  readonly record: RecordText;
  readonly fields: FieldValues;
  readonly before: KeyState | undefined;
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
 * The statements that bring about what a round leaves, type by type and key by key in one order for all writers. Made
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
    const { streamed, others } = divided(context, puts, takesRows);
    const noted = copy === undefined ? outdated : undefined;
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

/** Notes the records whose columns await a program that can lift their documents. */
function* rowsOf(
  context: SqlContext,
  table: Table,
  puts: readonly Put[],
  change: bigint,
  outdated: RecordText[] = [],
): Generator<readonly unknown[]> {
  for (const { record, fields } of puts) {
    const complete = completeFields(context, table, record, fields);
    if (complete.isOutdated) outdated.push(record);
    yield encodeRecord(context.dialect, table, record, complete.fields, change);
  }
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
      own.puts.push({ record: change.record, fields: change.fields, before });
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
