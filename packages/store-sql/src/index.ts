export { countedFeed } from "./counted-feed.ts";
export { noResult } from "./sql-connections.ts";
export type {
  CommitEvidence,
  Row,
  SqlConnection,
  SqlConnections,
  SqlResult,
  TransactionMode,
} from "./sql-connections.ts";
export type { Column, ColumnKind, FeedDialect, IndexShape, RowSource, RowStream, SqlDialect } from "./sql-dialect.ts";
export { SqlDriver } from "./sql-driver.ts";
export type { SqlStore } from "./sql-driver.ts";
export { slot } from "./statement.ts";
export type { Statement } from "./statement.ts";
