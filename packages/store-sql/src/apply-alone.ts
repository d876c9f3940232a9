import type { DriverGroup, GroupResult } from "@holdfast/core";

import { applyAtOnce, opAtOnce } from "./apply-at-once.ts";
import { applyRound } from "./apply.ts";
import type { RoundTransaction } from "./apply.ts";
import type { SqlConnection } from "./sql-connections.ts";
import { SqlWriter } from "./sql-writer.ts";
import type { Statement } from "./statement.ts";

/** Does a round as a transaction of its own. The signal is heeded between its statements, up to the commit. */
export async function applyAlone(
  parts: Pick<RoundTransaction, "context" | "models" | "clock">,
  connection: SqlConnection,
  groups: readonly DriverGroup[],
  signal: AbortSignal | undefined,
): Promise<readonly GroupResult[]> {
  const op = opAtOnce(parts, connection, groups);
  const atOnce = op === undefined ? undefined : await applyAtOnce(parts, connection, op);
  if (atOnce !== undefined) return atOnce;
  const first = (statements: readonly Statement[]) => connection.begin("write", statements);
  const run = (statements: readonly Statement[]) => {
    signal?.throwIfAborted();
    return connection.execute(statements);
  };
  const inside = new SqlWriter({ ...parts, connection, mode: "write", tenants: new Set() });
  const get = inside.get.bind(inside);
  const takesRows = connection.takesRows === true;
  const { results, last, evidence } = await applyRound({ ...parts, first, run, get, takesRows }, groups);
  signal?.throwIfAborted();
  await connection.commit(last, evidence);
  return results;
}
