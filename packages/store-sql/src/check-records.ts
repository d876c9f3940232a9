import { HoldfastError, keyText } from "@holdfast/core";
import type { CheckProblem, ReferenceLayout, RecordText } from "@holdfast/core";

import { completeFields } from "./complete-fields.ts";
import { findOrphans } from "./find-orphans.ts";
import type { RunStatements } from "./model-cache.ts";
import { readOutdated } from "./layout/outdated.ts";
import type { Outdated } from "./layout/outdated.ts";
import { decodeValue } from "./record-codec.ts";
import { recordOf, rowBatches } from "./record-batches.ts";
import type { Row } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import type { StoredModel } from "./stored-model.ts";
import { sharedTable } from "./tables.ts";
import type { Table } from "./tables.ts";

const columnsDiffer = "the columns do not hold the values of the document, so queries miss it: save it once more";
const howToSave =
  "Copy what can be read into a new store, type by type, and take the rest from the last backup; keep the damaged file";

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
    try {
      for await (const rows of rowBatches(context, run, table)) {
        const own = rows.filter((row) => table.layout !== undefined || !model.isDeclared(String(row["_type"])));
        problems.push(...own.flatMap((row) => recordProblems(context, table, known, row)));
      }
      for (const reference of table.layout?.references ?? []) {
        const orphans = await findOrphans(context, run, model, table, reference);
        problems.push(...orphans.map((each) => problem(each, "orphan", leadsNowhere(reference))));
      }
    } catch (thrown) {
      if (!HoldfastError.is(thrown, "STORE_CORRUPT")) throw thrown;
      problems.push({ kind: "integrity", ...typeOf(table), message: `${thrown.message}. ${howToSave}` });
    }
  }
  return problems;
}

/** Where nobody at hand can lift a document, its columns cannot be judged. */
function recordProblems(
  context: SqlContext,
  table: Table,
  known: ReadonlySet<string>,
  row: Row,
): readonly CheckProblem[] {
  let record: RecordText;
  try {
    record = recordOf(table, row);
  } catch (thrown) {
    if (!HoldfastError.is(thrown)) throw thrown;
    return [{ kind: "integrity", ...typeOf(table), ...idOf(row), message: thrown.message }];
  }
  try {
    const { fields, isOutdated } = completeFields(context, table, record);
    if (isOutdated || known.has(keyText(record))) return [];
    const differ = table.fields.some((column) => fields.get(column.field) !== decodeValue(column, row[column.name]));
    return differ ? [problem(record, "integrity", columnsDiffer)] : [];
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

function typeOf({ layout }: Table): Pick<CheckProblem, "type"> {
  return layout === undefined ? {} : { type: layout.type };
}

function idOf(row: Row): Pick<CheckProblem, "tenant" | "type" | "id"> {
  const told = { tenant: row["_tenant"], type: row["_type"], id: row["_id"] };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => typeof value === "string"));
}

function leadsNowhere({ field, to }: ReferenceLayout): string {
  return `"${field}" refers to a "${to}" that is not there`;
}
