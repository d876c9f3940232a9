import { HoldfastError } from "@holdfast/core";
import type { CheckProblem } from "@holdfast/core";

import { checkCounters } from "./check-counters.ts";
import { checkIndexes } from "./check-indexes.ts";
import { checkRecords } from "./check-records.ts";
import type { RunStatements } from "./model-cache.ts";
import type { SqlContext } from "./sql-context.ts";
import type { StoredModel } from "./stored-model.ts";

/** What is wrong with the records, the indexes and the counters of a store; damage in one keeps none from being looked at. */
export async function checkTables(
  context: SqlContext,
  model: StoredModel,
  run: RunStatements,
): Promise<readonly CheckProblem[]> {
  const problems: CheckProblem[] = [];
  for (const look of [checkRecords, checkIndexes, checkCounters]) {
    try {
      problems.push(...(await look(context, model, run)));
    } catch (thrown) {
      if (!HoldfastError.is(thrown, "STORE_CORRUPT")) throw thrown;
      problems.push({ kind: "integrity", message: thrown.message });
    }
  }
  return problems;
}
