import type { SqlConnection, SqlConnections, TransactionMode } from "./sql-connections.ts";

/** Lends a connection for `work`, which begins and commits on it, and rolls back whatever it leaves open by throwing. */
export function inTransaction<T>(
  connections: SqlConnections,
  mode: TransactionMode,
  work: (connection: SqlConnection) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const guarded = async (connection: SqlConnection): Promise<T> => {
    try {
      return await work(connection);
    } catch (thrown) {
      await connection.rollback();
      throw thrown;
    }
  };
  return connections.lend(mode, guarded, signal);
}
