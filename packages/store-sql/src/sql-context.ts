import type { Lift } from "@holdfast/core";

import type { QueryBuilder } from "./query-builder.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import type { Templates } from "./statement.ts";

/** What the statements of one store are made with. */
export interface SqlContext {
  readonly dialect: SqlDialect;
  /** Where the tables stand, in databases that have schemas. */
  readonly schema: string | undefined;
  readonly builder: QueryBuilder;
  readonly templates: Templates;
  /** The opening model's: for the columns of documents of older forms. */
  readonly lift: Lift;
}
