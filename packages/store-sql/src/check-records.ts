import { fieldValues, HoldfastError, parseBody } from "@holdfast/core";
import type { CheckProblem, ReferenceLayout, RecordText } from "@holdfast/core";

import { findOrphans } from "./find-orphans.ts";
import type { RunStatements } from "./model-cache.ts";
import { decodeValue } from "./record-codec.ts";
import { recordBatches } from "./record-batches.ts";
import type { RecordRow } from "./record-batches.ts";
import type { SqlContext } from "./sql-context.ts";
import type { StoredModel } from "./stored-model.ts";
import { sharedTable } from "./tables.ts";
import type { Table } from "./tables.ts";

/** Looks at every record: its text, the values kept of it in columns, and all references, enforced or not. */
export async function checkRecords(
  context: SqlContext,
  model: StoredModel,
  run: RunStatements,
): Promise<readonly CheckProblem[]> {
  const problems: CheckProblem[] = [];
  for (const table of [...model.declaredTables, sharedTable]) {
    for await (const batch of recordBatches(context, run, table)) {
      problems.push(...batch.flatMap((each) => recordProblems(table, each)));
    }
    for (const reference of table.layout?.references ?? []) {
      const orphans = await findOrphans(context, run, model, table, reference);
      problems.push(...orphans.map((each) => problem(each, "orphan", leadsNowhere(reference))));
    }
  }
  return problems;
}

function recordProblems(table: Table, { record, row }: RecordRow): readonly CheckProblem[] {
  try {
    const values = fieldValues(table.layout, record.id, parseBody(record));
    const differ = table.fields.some((column) => values.get(column.field) !== decodeValue(column, row[column.name]));
    return differ ? [problem(record, "integrity", "the columns do not hold the values of the document")] : [];
  } catch (thrown) {
    if (!HoldfastError.is(thrown)) throw thrown;
    return [problem(record, "integrity", thrown.message)];
  }
}

function problem(
  { tenant, type, id }: Pick<RecordText, "tenant" | "type" | "id">,
  kind: CheckProblem["kind"],
  message: string,
): CheckProblem {
  return { kind, tenant, type, id, message };
}

function leadsNowhere({ field, to }: ReferenceLayout): string {
  return `"${field}" refers to a "${to}" that is not there`;
}
