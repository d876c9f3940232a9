import type { SqlResult } from "@holdfast/store-sql";
import type BetterSqlite3 from "better-sqlite3";

const preparedMost = 500;

export type Row = SqlResult["rows"][number];
type Prepared = BetterSqlite3.Statement<unknown[], Row>;

/** The statements of one connection that stay prepared, by their text; the oldest goes where there are too many. */
export class PreparedStatements {
  readonly #database: Pick<BetterSqlite3.Database, "prepare">;
  readonly #byText = new Map<string, Prepared>();

  constructor(database: Pick<BetterSqlite3.Database, "prepare">) {
    this.#database = database;
  }

  get(text: string): Prepared {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const prepared = this.#database.prepare<unknown[], Row>(text);
    const [oldest] = this.#byText.size >= preparedMost ? this.#byText.keys() : [];
    if (oldest !== undefined) this.#byText.delete(oldest);
    this.#byText.set(text, prepared);
    return prepared;
  }

  clear(): void {
    this.#byText.clear();
  }
}
