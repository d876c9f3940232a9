/**
 * A statement that stays prepared. Once the server has described what it gives, a connection asks for that no more, and
 * its rows are made without pg's own result; a query of pg's takes two promises and a copy of its settings more.
 */
import { Query } from "pg";
import type { Client, Connection } from "pg";

import { columnParser } from "./column-parsers.ts";

/** What a statement was answered with. */
export interface Answer {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: readonly Row[];
}

type Row = Readonly<Record<string, unknown>>;
export type Settled = PromiseSettledResult<Answer>;
export type Settle = (settled: Settled) => void;

export interface KeptStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly (string | null)[];
}

/** Sends it on a client that takes several at once. */
export function sendKept(client: Client, statement: KeptStatement, settle: Settle): void {
  client.query(new KeptQuery(statement, settle));
}

interface ColumnShape {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/** The columns that each prepared statement of a connection gives. */
const shapes = new WeakMap<Connection, Map<string, readonly ColumnShape[]>>();

interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

class KeptQuery extends Query {
  readonly name: string;
  readonly values: readonly (string | null)[];
  readonly #rows: Row[] = [];
  readonly #settle: Settle;
  #columns: readonly ColumnShape[] | undefined;
  #tag = "";

  constructor({ name, text, values }: KeptStatement, settle: Settle) {
    super(text, (reason) => settle({ status: "rejected", reason }));
    this.name = name;
    this.values = values;
    this.#settle = settle;
  }

  override submit = (connection: Connection): void => {
    this.#columns = shapes.get(connection)?.get(this.name);
    if (this.#columns === undefined) {
      Query.prototype.submit.call(this, connection);
      return;
    }
    connection.bind({ statement: this.name, values: [...this.values] }, true);
    connection.execute({}, true);
    connection.sync();
  };

  handleRowDescription({ fields }: RowDescription): void {
    this.#columns = fields.map(({ name, dataTypeID }) => {
      return { name, parse: columnParser(dataTypeID) };
    });
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    const columns = this.#columns ?? [];
    for (let at = 0; at < columns.length; at++) {
      const column = columns[at];
      const value = fields[at] ?? null;
      if (column !== undefined) row[column.name] = value === null ? null : column.parse(value);
    }
    this.#rows.push(row);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text;
  }

  handleReadyForQuery(connection: Connection): void {
    let known = shapes.get(connection);
    if (known === undefined) shapes.set(connection, (known = new Map<string, readonly ColumnShape[]>()));
    if (!known.has(this.name)) known.set(this.name, this.#columns ?? []);
    const [command = "", ...numbers] = this.#tag.split(" ");
    const rowCount = numbers.length === 0 ? null : Number(numbers.at(-1));
    this.#settle({ status: "fulfilled", value: { command, rowCount, rows: this.#rows } });
  }
}
