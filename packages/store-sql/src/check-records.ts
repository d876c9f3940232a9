import { HoldfastError, keyText } from "@holdfast/core";
import type { CheckProblem, ReferenceLayout, RecordText } from "@holdfast/core";

import { completeFields } from "./complete-fields.ts";
import { findOrphans } from "./find-orphans.ts";
import type { RunStatements } from "./model-cache.ts";
import { readOutdated } from "./layout/outdated.ts";
import type { Outdated } from "./layout/outdated.ts";
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
  const outdated = await readOutdated(context, run);
  const problems = outdated.filter(({ reason }) => reason !== undefined).map(outdatedProblem);
  const known = new Set(outdated.map(keyText));
  for (const table of [...model.declaredTables, sharedTable]) {
    for await (const batch of recordBatches(context, run, table)) {
      const own = batch.filter(({ record }) => table.layout !== undefined || !model.isDeclared(record.type));
      problems.push(...own.flatMap((each) => recordProblems(context, table, known, each)));
    }
    for (const reference of table.layout?.references ?? []) {
      const orphans = await findOrphans(context, run, model, table, reference);
      problems.push(...orphans.map((each) => problem(each, "orphan", leadsNowhere(reference))));
    }
  }
  return problems;
}

/** Where nobody at hand can lift a document, its columns cannot be judged. */
function recordProblems(
  context: SqlContext,
  table: Table,
  known: ReadonlySet<string>,
  { record, row }: RecordRow,
): readonly CheckProblem[] {
  try {
    const { fields, isOutdated } = completeFields(context, table, record);
    if (isOutdated || known.has(keyText(record))) return [];
    const differ = table.fields.some((column) => fields.get(column.field) !== decodeValue(column, row[column.name]));
    return differ ? [problem(record, "integrity", "the columns do not hold the values of the document")] : [];
  } catch (thrown) {
    if (!HoldfastError.is(thrown)) throw thrown;
    return known.has(keyText(record)) ? [] : [problem(record, "integrity", thrown.message)];
  }
}

function outdatedProblem({ reason = "", ...key }: Outdated): CheckProblem {
  return problem(key, "layout", reason);
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
