import type { DriverGroup, GroupResult } from "@holdfast/core";

import { applyAtOnce, applyCounted, singleOp } from "./apply-at-once.ts";
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
  const op = singleOp(parts, groups);
  let hasBegun = false;
  if (op !== undefined && connection.writesAtOnce === true) {
    const results = await applyAtOnce(parts, connection, op);
    if (results !== undefined) return results;
  } else if (op?.kind === "put" && parts.context.dialect.keepsClock) {
    const counted = await applyCounted(parts, connection, op);
    signal?.throwIfAborted();
    if (counted !== undefined) {
      await connection.commit(counted.last);
      return counted.results;
    }
    hasBegun = true;
  }
  const run = (statements: readonly Statement[]) => {
    signal?.throwIfAborted();
    return connection.execute(statements);
  };
  const first = hasBegun ? run : (statements: readonly Statement[]) => connection.begin("write", statements);
  const inside = new SqlWriter({ ...parts, connection, mode: "write", tenants: new Set() });
  const get = inside.get.bind(inside);
  const takesRows = connection.takesRows === true;
  const { results, last, evidence } = await applyRound({ ...parts, first, run, get, takesRows }, groups);
  signal?.throwIfAborted();
  await connection.commit(last, evidence);
  return results;
}
