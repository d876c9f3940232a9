import { encodeColumnText } from "@holdfast/core";
import { sql } from "kysely";

import { epochOf, holdEpochStatement } from "../epoch.ts";
import { inTransaction } from "../in-transaction.ts";
import type { RunStatements } from "../model-cache.ts";
import { readBatch } from "../record-batches.ts";
import { readId, readText } from "../record-codec.ts";
import { forgetOutdated } from "../row-statements.ts";
import { noResult } from "../sql-connections.ts";
import type { Row } from "../sql-connections.ts";
import type { SqlContext } from "../sql-context.ts";
import type { Statement } from "../statement.ts";
import { idColumn, outdatedTable, problemColumn, tenantColumn, typeColumn } from "../tables.ts";
import { allOf, ownRows } from "../where.ts";
import type { Predicate } from "../where.ts";
import { bringOver } from "./bring-over.ts";
import { ownTable } from "./work-batch.ts";
import type { WorkParts } from "./work-batch.ts";

/** Few at once: an older program that is at work writes such records all the time, and is in the way of many. */
const outdatedAtOnce = 100;

/**
 * Brings some of the outdated records up to date, all or those with a fault, behind a row of theirs; gives the last one,
 * undefined at the end.
 */
export async function doOutdated(
  parts: WorkParts,
  which: "all" | "faulty",
  after: Row | undefined,
): Promise<Row | undefined> {
  const { context, connections, models } = parts;
  return inTransaction(connections, "write", async (connection) => {
    const run: RunStatements = (statements) => connection.execute(statements);
    const [held = noResult, found = noResult] = await connection.begin("write", [
      holdEpochStatement(context),
      outdatedStatement(context, which, after),
    ]);
    const model = await models.at(epochOf(held).epoch, context, run);
    const statements: Statement[] = [];
    for (const { tenant, type, ids } of byType(found.rows)) {
      const table = ownTable(model, type);
      const from = model.table(type);
      const where = allOf([ownRows(from, tenant, type), theseIds(context, ids)]);
      const batch = await readBatch(context, run, from, { where, limit: ids.length, isHeld: true });
      const there = new Set(batch.map(({ record }) => record.id));
      const isWanted = table.layout !== undefined;
      const gone = isWanted ? ids.filter((id) => !there.has(id)) : ids;
      statements.push(
        ...forgetOutdated(
          context,
          type,
          gone.map((id) => ({ tenant, id })),
        ),
      );
      if (isWanted) statements.push(...(await bringOver(context, { type, from, into: table }, batch)));
    }
    await connection.commit(statements);
    return found.rows.length < outdatedAtOnce ? undefined : found.rows.at(-1);
  });
}

interface OutdatedIds {
  readonly tenant: string;
  readonly type: string;
  readonly ids: string[];
}

function byType(rows: readonly Row[]): readonly OutdatedIds[] {
  const groups = new Map<string, OutdatedIds>();
  for (const row of rows) {
    const [tenant, type] = [readText(row, tenantColumn.name), readText(row, typeColumn.name)];
    const group = groups.get(`${tenant} ${type}`) ?? { tenant, type, ids: [] };
    groups.set(`${tenant} ${type}`, group);
    group.ids.push(readId(row));
  }
  return [...groups.values()];
}

function outdatedStatement({ builder }: SqlContext, which: "all" | "faulty", after: Row | undefined): Statement {
  const key = [tenantColumn, typeColumn, idColumn].map(({ name }) => name);
  const columns = sql.join(key.map((name) => sql.ref(name)));
  const behind: Predicate =
    after === undefined ? allOf([]) : sql`(${columns}) > (${sql.join(key.map((name) => sql`${after[name]}`))})`;
  const all = builder.selectFrom(outdatedTable).select(key).where(behind);
  const wanted = which === "all" ? all : all.where(problemColumn.name, "is not", null);
  return wanted.orderBy(columns).limit(outdatedAtOnce).compile();
}

function theseIds({ dialect }: SqlContext, ids: readonly string[]): Predicate {
  const list = dialect.bindList(idColumn.kind, ids.map(encodeColumnText));
  return dialect.among(sql.ref(idColumn.name), idColumn.kind, list);
}
