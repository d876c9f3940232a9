import type { StoredRecord } from "@holdfast/core";

import type { ImportLedger } from "../import-ledger.ts";
import type { ImportRow } from "../import-writer.ts";
import { cellText, compareCells, type Cell } from "./cells.ts";
import { moreColumns } from "./more-columns.ts";
import { isWithoutOffset, originalTimeText } from "../original-time.ts";
import { readText } from "./read-cell.ts";
import { otherTypes, readOtherTable } from "./read-other-table.ts";
import { bytesOf, readRow, rowText, type MoreColumns, type ReadRow } from "./read-row.ts";
import type { SourceTable } from "./source-table.ts";
import type { StateStoreFile } from "./state-store-file.ts";
import { knownTables, type KnownTable } from "./tables.ts";

export interface ReadOptions {
  readonly tenant: string;
  readonly ledger: ImportLedger;
}

/**
 * The records of a StateStore's database, one by one: runs, then items, then telemetry. Each is created at the time that
 * its row gives, or one microsecond after the row before it where that is not later, so that records stand in the order
 * in which the StateStore lists its rows.
 */
export function* readStateStore(file: StateStoreFile, options: ReadOptions): Generator<ImportRow> {
  const { ledger, tenant } = options;
  for (const reason of file.lost) ledger.refuse({ reason }, "STORE_CORRUPT");
  for (const reason of file.damage) ledger.note({ reason });
  const runs = new Set<string>();
  let after = 0;
  for (const known of knownTables) {
    const source = file.known.get(known.table);
    if (source === undefined) {
      ledger.note({ table: known.table, reason: "there is no such table" });
      continue;
    }
    for (const row of readTable(source, { ...options, known, runs })) {
      after = Math.max(after, row.record.created);
      yield row;
    }
  }
  const types = otherTypes(file.others.map(({ name }) => name));
  for (const source of file.others) {
    yield* readOtherTable(source, { type: types.get(source.name) ?? source.name, tenant, ledger, after });
  }
  for (const table of file.unread) {
    ledger.refuse({ table, reason: "is no table of the StateStore, and its rows have no numbers" });
  }
}

interface TableOptions extends ReadOptions {
  readonly known: KnownTable;
  /** The ids of the runs that were taken. */
  readonly runs: Set<string>;
}

function* readTable(source: SourceTable, options: TableOptions): Generator<ImportRow> {
  const { known, ledger } = options;
  const { table, type } = known;
  const { numbers, mayLack, ids } = source.rowNumbers(known.id);
  ledger.addTable({ table, type, rows: numbers.length });
  const rows = new TableRows(options, moreColumns(source.columns, known, ledger));
  if (mayLack) ledger.refuse({ table, reason: "the file is damaged: there may be rows that nothing leads to" });
  for (const number of known.isListedByTime ? byTime(source, known, numbers) : numbers) {
    const taken = rows.take(source, number, ids.get(number));
    if (taken !== undefined) yield taken;
  }
  rows.finish();
}

/** Numbers of rows by what they say of the time of their creation, as SQLite orders it, and then as they stand. */
function byTime(source: SourceTable, known: KnownTable, numbers: readonly bigint[]): readonly bigint[] {
  const timed = numbers.map((number) => ({ number, time: source.cell(number, known.created) ?? { kind: "null" } }));
  return timed.sort((a, b) => compareCells(a.time, b.time)).map(({ number }) => number);
}

/** The rows of one table on their way to records. */
class TableRows {
  readonly #options: TableOptions;
  readonly #more: MoreColumns;
  readonly #ids = new Set<string>();
  /** Of the row before. */
  #created = -1;
  #withoutOffset = 0;

  constructor(options: TableOptions, more: MoreColumns) {
    this.#options = options;
    this.#more = more;
  }

  /** The row's record; undefined where it is refused. */
  take(source: SourceTable, number: bigint, indexedId: Cell | undefined): ImportRow | undefined {
    const { known } = this.#options;
    const row = source.row(number);
    if (row === undefined) return this.#lost(number, indexedId);
    const read = readRow(known, row, this.#more);
    const was = (): string => rowText(row);
    if (!("body" in read)) return this.#refuse(number, { reason: read.reason, was: was() });
    const reason = this.#obstacle(read);
    if (reason !== undefined) return this.#refuse(number, { id: read.id, reason, was: was() });
    this.#tell(number, read);
    this.#ids.add(read.id);
    if (!known.isOfRun) this.#options.runs.add(read.id);
    const record = this.#stored(read);
    return { record, table: known.table, row: String(number), bytes: bytesOf(row), was };
  }

  finish(): void {
    if (this.#withoutOffset === 0) return;
    const reason = `${this.#withoutOffset} rows have times without an offset: they are taken for UTC, and kept as they are`;
    this.#options.ledger.note({ table: this.#options.known.table, reason });
  }

  #lost(number: bigint, indexedId: Cell | undefined): undefined {
    const reason = "the file is damaged where the row stands";
    if (indexedId === undefined) return this.#refuse(number, { reason });
    const { value: id } = readText(indexedId);
    const was = `{${JSON.stringify(this.#options.known.id)}:${cellText(indexedId)}}`;
    return this.#refuse(number, { reason, was, ...(id === undefined ? {} : { id }) });
  }

  #obstacle({ id, body, problems }: ReadRow): string | undefined {
    const { known, runs, ledger } = this.#options;
    if (this.#ids.has(id)) return "has the id of an earlier row";
    const { runId } = body;
    if (known.isOfRun && !(typeof runId === "string" && runs.has(runId))) return "belongs to a run that is not there";
    const wouldChange = problems.some(({ kind }) => kind === "changed");
    return wouldChange && ledger.leavesOutChanged ? "would have to be changed" : undefined;
  }

  #tell(number: bigint, { id, problems, created }: ReadRow): void {
    const { known, ledger } = this.#options;
    const { table } = known;
    const row = String(number);
    for (const { kind, ...problem } of problems) {
      if (kind === "changed") ledger.change({ table, row, id, ...problem });
      else ledger.note({ table, row, id, ...problem });
    }
    if (created.microseconds !== undefined) {
      if (isWithoutOffset(created.text ?? "")) this.#withoutOffset += 1;
    } else if (created.text !== undefined) {
      const reason = "the time of its creation cannot be read: it is taken as that of the row before it";
      ledger.note({ table, row, id, reason, path: [known.created] });
    }
  }

  #stored({ id, body, created, updated }: ReadRow): StoredRecord {
    const { known, tenant } = this.#options;
    this.#created = Math.max(created.microseconds ?? 0, this.#created + 1);
    const isKept =
      !known.keepsCreated && created.text !== undefined && created.text !== originalTimeText(this.#created);
    return {
      type: known.type,
      tenant,
      id,
      version: 1,
      documentVersion: 1,
      created: this.#created,
      updated: Math.max(updated ?? 0, this.#created),
      body: isKept ? { ...body, [known.created]: created.text } : body,
    };
  }

  #refuse(
    number: bigint,
    problem: { readonly id?: string; readonly reason: string; readonly was?: string },
  ): undefined {
    this.#options.ledger.refuse({ table: this.#options.known.table, row: String(number), ...problem });
  }
}
