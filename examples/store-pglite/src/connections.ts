/**
 * One database in the process's memory, opened by the first store and open till the process ends. It has one connection,
 * so whoever comes while a transaction is open waits for its end. The thread is held while a statement runs.
 */
import { PGlite } from "@electric-sql/pglite";
import { HoldfastError, WorkQueue } from "@holdfast/core";
import type { ErrorCode } from "@holdfast/core";
import type { Row, SqlConnection, SqlConnections, SqlResult, Statement } from "@holdfast/store-sql";

let opened: Promise<PGlite> | undefined;
const turns = new WorkQueue();

export async function connectPglite(schema: string): Promise<SqlConnections> {
  const connection = pgliteConnection(await (opened ??= PGlite.create()).catch(fail));
  return {
    guarantees: {
      isolation: "serializable",
      writers: "process",
      durability: "none",
      staleReads: false,
      hints: "store",
      oneAtATime: true,
    },
    identity: `pglite:${schema}`,
    read: (statements) => turns.run(() => connection.execute(statements)),
    lend: (_mode, work, signal) => turns.run(() => work(connection), signal),
    check: async () => [],
    close: () => turns.idle(),
  };
}

function pgliteConnection(database: PGlite): SqlConnection {
  const run = async ({ sql, parameters }: Statement) => {
    // PGlite takes U+FEFF off the front of a text, so each row comes as one text of JSON.
    const query = sql.startsWith("select") ? `select row_to_json(r)::text as json from (${sql}) as r` : sql;
    return database.query<{ readonly json: string }>(query, [...parameters]).catch(fail);
  };
  const execute = async (statements: readonly Statement[]): Promise<readonly SqlResult[]> => {
    const results: SqlResult[] = [];
    for (const statement of statements) {
      const { rows, affectedRows = 0 } = await run(statement);
      results.push({ rows: rows.map(({ json }) => JSON.parse(json) as Row), affected: affectedRows });
    }
    return results;
  };
  return {
    execute,
    async begin(_mode, statements) {
      await run({ sql: "begin isolation level serializable", parameters: [] });
      return execute(statements);
    },
    async commit(statements) {
      await execute(statements);
      // Of a transaction that had failed, Postgres rolls back instead, and says so by no error.
      const { command } = await run({ sql: "commit", parameters: [] });
      if (command !== "COMMIT") fail(new Error(`the answer to COMMIT was ${command}`));
    },
    async rollback() {
      await database.query("rollback").catch(() => undefined);
    },
  };
}

const meanings = new Map<unknown, readonly [ErrorCode, string]>([
  ["23503", ["REFERENCE_VIOLATION", "a reference leads to a record that is not there"]],
  ["23505", ["UNIQUE_VIOLATION", "another record of the tenant has the same values"]],
]);

function fail(thrown: unknown): never {
  const state = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  const [code, message] = meanings.get(state) ?? ["BACKEND_FAILURE", "PGlite refused the statement"];
  throw new HoldfastError(message, { code, cause: thrown });
}
