import type { CheckProblem } from "@holdfast/core";
import { sql } from "kysely";

import type { RunStatements } from "./model-cache.ts";
import type { SqlContext } from "./sql-context.ts";
import type { StoredModel } from "./stored-model.ts";
import { clockTable, sharedTable, tombstonesTable } from "./tables.ts";

/**
 * Where the store counts its changes: whether the counters stand at or above everything that was counted. Below it,
 * changes to come would be taken for old ones, and followers would miss them.
 */
export async function checkCounters(
  { builder, dialect }: SqlContext,
  model: StoredModel,
  run: RunStatements,
): Promise<readonly CheckProblem[]> {
  if (!dialect.keepsClock) return [];
  const latest = "case when _created > _updated then _created else _updated end";
  const tables = [...model.declaredTables, sharedTable].map(({ name }) => ({ name, stamp: latest }));
  const counted = [...tables, { name: tombstonesTable, stamp: "_deleted" }];
  // The counters last: they only rise, so what is written meanwhile is never above them.
  const results = await run([
    ...counted.map(({ name, stamp }) =>
      builder
        .selectFrom(name)
        .select([sql`max(_change)`.as("changes"), sql`max(${sql.raw(stamp)})`.as("stamp")])
        .compile(),
    ),
    builder.selectFrom(clockTable).select(["changes", "stamp"]).compile(),
  ]);
  const counter = results.at(-1)?.rows[0];
  return counted.flatMap(({ name }, at) =>
    counters.flatMap(({ column, effect }) => {
      const [highest, stands] = [results[at]?.rows[0]?.[column], counter?.[column]];
      if (typeof highest !== "number" || (typeof stands === "number" && stands >= highest)) return [];
      const message = `the counter "${column}" stands below ${highest}, which "${name}" holds, so ${effect}; ${cure}`;
      return [{ kind: "integrity", message } as const];
    }),
  );
}

const counters = [
  { column: "changes", effect: "followers will miss changes" },
  { column: "stamp", effect: "new records may stand before old ones" },
];
const cure = "copy the store into a new one, and let followers begin anew";
