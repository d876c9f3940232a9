import type { CheckProblem } from "@holdfast/core";

import { createIndex, declaredIndexes, sharedIndexes } from "./layout/table-indexes.ts";
import type { TableIndex } from "./layout/table-indexes.ts";
import type { RunStatements } from "./model-cache.ts";
import type { SqlContext } from "./sql-context.ts";
import type { StoredModel } from "./stored-model.ts";

/** Whether every index of the model is there: without one its queries are slow, or nothing keeps values unique. */
export async function checkIndexes(
  context: SqlContext,
  { layout }: StoredModel,
  run: RunStatements,
): Promise<readonly CheckProblem[]> {
  const { builder, dialect, schema } = context;
  const [result] = await run([dialect.indexNames(schema).compile(builder)]);
  const present = new Set((result?.rows ?? []).map(({ name }) => name));
  const wanted = [...sharedIndexes, ...layout.types.flatMap(declaredIndexes)];
  return wanted.filter(({ name }) => !present.has(name)).map((index) => missing(context, index));
}

function missing(context: SqlContext, index: TableIndex): CheckProblem {
  const effect = index.unique ? "nothing keeps its values unique" : "queries by it read every record";
  const cure = createIndex(context, index).sql;
  return {
    kind: "settings",
    type: index.table,
    message: `the index "${index.name}" is gone, so ${effect}; bring it back with: ${cure}`,
  };
}
