import type { DatabaseSync, StatementSync } from "node:sqlite";

import { cellOf, type Cell, type TextReader } from "./cells.ts";
import { isDamage, unlessDamaged } from "./damage.ts";

/** The numbers of a table's rows, rising, as far as they can be found out. */
export interface RowNumbers {
  readonly numbers: readonly bigint[];
  /** Whether damage keeps rows from being found that no index names either. */
  readonly mayLack: boolean;
  /** The ids that an index gives for rows, where damage made it necessary to ask. */
  readonly ids: ReadonlyMap<bigint, Cell>;
}

export type SourceRow = ReadonlyMap<string, Cell>;

/** A table of the database, read row by row, so that damage to one row costs no other. */
export class SourceTable {
  /** As it stands in the database. */
  readonly name: string;
  /** In the table's order. */
  readonly columns: readonly string[];
  readonly #database: DatabaseSync;
  readonly #texts: TextReader;
  readonly #row: StatementSync;
  readonly #cells = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, name: string, texts: TextReader) {
    this.#database = database;
    this.name = name;
    this.#texts = texts;
    this.columns = database
      .prepare("SELECT name FROM pragma_table_info(?) ORDER BY cid")
      .all(name)
      .map((column) => String(column["name"]));
    this.#row = this.#rowsWith(this.columns);
  }

  /** The row of that number; undefined where the file is damaged there. By the columns' names in lower case. */
  row(number: bigint): SourceRow | undefined {
    const found = unlessDamaged(() => this.#row.get(number));
    if (found === undefined) return undefined;
    const cells = this.columns.map((column, at) => {
      const cell = cellOf(found[`k${at}`], found[`v${at}`], this.#texts);
      return [column.toLowerCase(), cell] as const;
    });
    return new Map(cells);
  }

  /** One cell of the row of that number; undefined where the file is damaged there. */
  cell(number: bigint, column: string): Cell | undefined {
    const statement = this.#cells.get(column) ?? this.#rowsWith([column]);
    this.#cells.set(column, statement);
    const found = unlessDamaged(() => statement.get(number));
    return found === undefined ? undefined : cellOf(found["k0"], found["v0"], this.#texts);
  }

  /** From the table itself; where that is damaged, from both its ends and from every index. */
  rowNumbers(idColumn?: string): RowNumbers {
    const table = `${quoted(this.name)} NOT INDEXED`;
    const forward = this.#numbers(`SELECT rowid AS n FROM ${table} ORDER BY rowid`);
    if (forward.isWhole) return { numbers: forward.numbers, mayLack: false, ids: new Map() };
    const backward = this.#numbers(`SELECT rowid AS n FROM ${table} ORDER BY rowid DESC`);
    const indexes = this.#indexes().map((index) =>
      this.#numbers(`SELECT rowid AS n FROM ${quoted(this.name)} INDEXED BY ${quoted(index)}`),
    );
    const all = [forward, backward, ...indexes].flatMap(({ numbers }) => numbers);
    return {
      numbers: [...new Set(all)].sort((a, b) => (a < b ? -1 : 1)),
      mayLack: !indexes.some(({ isWhole }) => isWhole),
      ids: idColumn === undefined ? new Map() : this.#ids(idColumn),
    };
  }

  /** How many rows there are, as far as damage lets them be counted. */
  count(): number {
    const counted = unlessDamaged(() => this.#prepare(`SELECT count(*) AS n FROM ${quoted(this.name)}`).get());
    return Number(counted?.["n"] ?? 0);
  }

  /** A text as its bytes: SQLite's own conversion puts something else for bytes that are no text, and says nothing. */
  #rowsWith(columns: readonly string[]): StatementSync {
    const cells = columns.map((column, at) => {
      const cell = quoted(column);
      const kind = `typeof(${cell})`;
      return `${kind} AS k${at}, CASE ${kind} WHEN 'text' THEN CAST(${cell} AS BLOB) ELSE ${cell} END AS v${at}`;
    });
    return this.#prepare(`SELECT ${cells.join(", ")} FROM ${quoted(this.name)} NOT INDEXED WHERE rowid = ?`);
  }

  #numbers(query: string): { readonly numbers: readonly bigint[]; readonly isWhole: boolean } {
    const numbers: bigint[] = [];
    try {
      for (const { n } of this.#prepare(query).iterate()) if (typeof n === "bigint") numbers.push(n);
      return { numbers, isWhole: true };
    } catch (thrown) {
      if (isDamage(thrown)) return { numbers, isWhole: false };
      throw thrown;
    }
  }

  #indexes(): readonly string[] {
    const rows = unlessDamaged(() =>
      this.#database.prepare("SELECT name FROM pragma_index_list(?) WHERE NOT partial").all(this.name),
    );
    return (rows ?? []).map(({ name }) => String(name));
  }

  #ids(column: string): ReadonlyMap<bigint, Cell> {
    const ids = new Map<bigint, Cell>();
    const id = quoted(column);
    const query = `SELECT rowid AS n, typeof(${id}) AS k, CAST(${id} AS BLOB) AS v FROM ${quoted(this.name)} ORDER BY ${id}`;
    unlessDamaged(() => {
      for (const { n, k, v } of this.#prepare(query).iterate()) {
        if (typeof n === "bigint" && k === "text") ids.set(n, cellOf(k, v, this.#texts));
      }
    });
    return ids;
  }

  #prepare(query: string): StatementSync {
    const statement = this.#database.prepare(query);
    statement.setReadBigInts(true);
    return statement;
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
