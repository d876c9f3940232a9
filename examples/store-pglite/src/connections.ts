/**
 * One database in memory, from the first store to the process's end. It has one connection, so whoever comes while a
 * transaction is open waits for its end. The thread is held while a statement runs.
 */
import { messages, PGlite } from "@electric-sql/pglite";
import { type ErrorCode, HoldfastError, WorkQueue } from "@holdfast/core";
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

const codes = new Map<unknown, ErrorCode>([
  ["23503", "REFERENCE_VIOLATION"],
  ["23505", "UNIQUE_VIOLATION"],
]);

function fail(thrown: unknown): never {
  const error = thrown instanceof messages.DatabaseError ? thrown : undefined;
  // `Key (_tenant, region, seat)=(…)`: names may be told, values may not.
  const [named = ""] = (error?.detail ?? "").split(")=(");
  const [, field, ...others] = named.replaceAll('"', "").split(", ");
  const details = field === undefined ? {} : { type: error?.table ?? "", field, fields: [field, ...others] };
  const code = codes.get(error?.code) ?? "BACKEND_FAILURE";
  throw new HoldfastError("PGlite refused the statement", { code, cause: thrown, details });
}
