import type { Dialect, Expression, RawBuilder, SqlBool } from "kysely";

import type { SqlConnection } from "./sql-connections.ts";

/** What a column holds: a kind of field, a whole number of 64 bits, a document's JSON text, or the number of a change. */
export type ColumnKind = "string" | "number" | "boolean" | "integer" | "document" | "change";

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

/**
 * A statement that is followed by its rows, where a database has one: a large table takes them faster than by an INSERT.
 * It knows nothing of rows that are there already, so it is only for keys at which nothing stands.
 */
export interface RowStream {
  /** Fewer go in as others do. */
  readonly rowsLeast: number;
  /** The statement that takes them. */
  compile(table: Expression<unknown>, columns: readonly Column[]): RawBuilder<unknown>;
  /** The rows, as `Statement.input`. Each has one value for each column. */
  write(rows: readonly (readonly unknown[])[]): string;
}

/** How rows get into an INSERT: the shape is compiled once, whatever rows come. */
export interface RowSource {
  /** Rows that one statement takes at most. */
  readonly rowsMost: number;
  /** What follows the list of columns, with a slot for each parameter. */
  compile(columns: readonly Column[]): Expression<unknown>;
  /** The values for the slots. Each row has one value for each column. */
  bind(columns: readonly Column[], rows: readonly (readonly unknown[])[]): readonly unknown[];
  readonly stream?: RowStream;
}

/** An index of a table, for telling the planner what to expect of it. */
export interface IndexShape {
  readonly table: string;
  /** Undefined for the primary key. */
  readonly name: string | undefined;
  readonly columns: readonly Column[];
  readonly unique: boolean;
}

/**
 * How the feed of changes tells what a reader has seen. Every record and tombstone carries the number of the change that
 * left it so; a mark says, as text, which numbers the readers of one moment see.
 */
export interface FeedDialect {
  /** The mark of the moment that a statement sees. */
  readonly mark: RawBuilder<string>;
  /** Differs, as text, where numbers no longer mean what they did: after a restore elsewhere, say. */
  readonly history: RawBuilder<string>;
  /** Whether readers of the mark's moment saw what was changed under this number. */
  seen(change: Expression<unknown>, mark: string): RawBuilder<SqlBool>;
  /** All lower numbers were seen by readers of the mark's moment; it never falls while time goes on. */
  lowestUnseen(mark: string): bigint;
  /** Readers of the mark's moment saw nothing that was changed under this number or a higher one. */
  firstAbove(mark: string): bigint;
  /** What readers of two moments both saw. It is what those of the earlier one did, unless a crash took numbers back. */
  both(earlier: string, later: string): string;
  /** The mark without what is above the highest number that cannot be given again, whatever happens to the store. */
  kept(mark: string, highest: bigint): string;
  /** Whether a text could be a mark: cursors come from outside. */
  isMark(text: string): boolean;
}

/** How a write of one record is a statement of its own, which reads, decides and writes, and may commit as well. */
export interface AtOnceDialect {
  /** The running transaction's number, as that of a change. Missing where changes are counted. */
  readonly change?: RawBuilder<unknown>;
  /** A value (or the one at a slot) as a column of this kind has it, wherever in a statement it stands. */
  typed(kind: ColumnKind, value: unknown): RawBuilder<unknown>;
}

/** Everything in which two databases differ as far as statements go. Nothing here is asked for a name. */
export interface SqlDialect {
  /** Kysely's own parts for this dialect, but for its driver. */
  readonly kysely: Omit<Dialect, "createDriver">;
  readonly columnTypes: Readonly<Record<ColumnKind, RawBuilder<unknown>>>;
  /** What stands behind the columns of every new table. */
  readonly tableEnd?: RawBuilder<unknown>;
  /** What a nullable column needs in an index, so that nulls come first in it. */
  readonly indexedNulls: RawBuilder<unknown>;
  /** Whether foreign keys can be added to a table that is there; if not, the table is built anew. */
  readonly addsForeignKeys: boolean;
  /**
   * Writers take turns: their stamps rise through the whole store, by a high-water mark that each write reads and raises,
   * and so do the numbers of their changes. Elsewhere a change has its transaction's number.
   */
  readonly keepsClock: boolean;
  /**
   * Whether an UPDATE writes the index entries of every column that it sets, also where the value stays as it was: then it
   * sets no field that is known to stay. @default false
   */
  readonly rewritesIndexes?: boolean;
  /** What a select appends to keep the rows that it read from changing until the transaction ends. */
  readonly shareLock: RawBuilder<unknown>;
  /** The number of the running transaction, as text, also for `CommitEvidence`; null where a commit is never in doubt. */
  readonly transactionToken: RawBuilder<string | null>;
  /** Missing where a write takes several statements anyhow. */
  readonly atOnce?: AtOnceDialect;
  readonly feed: FeedDialect;
  /** The server's clock in microseconds, where there is a server. */
  readonly clock?: RawBuilder<number>;
  readonly rows: RowSource;
  /** How a boolean is bound. */
  bindBoolean(value: boolean): unknown;
  /** How a list is bound for `among`; its values are as for a column of this kind. */
  bindList(kind: ColumnKind, values: readonly unknown[]): unknown;
  /** Whether a column's value is in a bound list (or in the list at a slot), by an index where there is one. */
  among(column: Expression<unknown>, kind: ColumnKind, list: unknown): RawBuilder<SqlBool>;
  /**
   * A bound list (or the list at a slot) as rows of one column, for statements that find the rows at a list of ids one by one
   * by their key: there where `among` leaves it to the planner's guess by which index they are found.
   */
  readonly eachOf?: (kind: ColumnKind, list: unknown) => RawBuilder<unknown>;
  /** A page's limit (or the one at a slot), where the planner shall not go by how small it is. */
  readonly pageLimit?: (limit: unknown) => RawBuilder<number>;
  /** Whether a text column holds a part (or the text at a slot), taken literally. */
  contains(column: Expression<unknown>, part: unknown): RawBuilder<SqlBool>;
  /** How many bytes the text of a document has. */
  documentBytes(document: Expression<unknown>): RawBuilder<number>;
  /** About as many or fewer, told without reading the document: there where `documentBytes` has to read it. */
  storedBytes?(document: Expression<unknown>): RawBuilder<number>;
  /** A select of one row exactly where this store has a table of this name. */
  hasTable(name: string, schema: string | undefined): RawBuilder<unknown>;
  /** A select of the `name` of every index of this store. */
  indexNames(schema: string | undefined): RawBuilder<unknown>;
  /** Runs first in the transaction that creates the store's own tables. */
  prepareStore(connection: SqlConnection, schema: string | undefined): Promise<void>;
  /** Runs when the tables of these indexes have been made or changed: what the planner shall know of them. */
  informPlanner(
    connection: Pick<SqlConnection, "execute">,
    indexes: readonly IndexShape[],
    schema: string | undefined,
  ): Promise<void>;
  /** Runs first in a transaction that changes tables, and keeps all writers out until it ends. */
  lockForUpgrade(connection: SqlConnection, schema: string | undefined): Promise<void>;
}
