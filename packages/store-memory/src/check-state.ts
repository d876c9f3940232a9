import { isDeepStrictEqual } from "node:util";
import { documentFields, eventLoopTurn, HoldfastError, isJsonObject, parseJson } from "@holdfast/core";
import type { CheckProblem, Lift } from "@holdfast/core";
import { leadsNowhere, twinOf } from "./constraints.ts";
import { valuesInOrder } from "./entry.ts";
import type { Entry } from "./entry.ts";
import { rowsPerTurn } from "./rows-per-turn.ts";
import type { State } from "./state.ts";

/** Looks at every record: its text, the values kept of it, unique indexes, and all references, enforced or not. */
export async function checkState(state: State, lift: Lift): Promise<readonly CheckProblem[]> {
  const problems: CheckProblem[] = [];
  let seen = 0;
  await state.arrange();
  for (const type of state.types()) {
    for (const entry of state.entries(type)) {
      problems.push(...textProblems(state, lift, entry), ...constraintProblems(state, entry));
      if (++seen % rowsPerTurn === 0) await eventLoopTurn();
    }
  }
  return problems;
}

function constraintProblems(state: State, entry: Entry): readonly CheckProblem[] {
  const { indexes, references } = state.model.typeOf(entry.record.type);
  const twins = indexes.filter((index) => index.unique && twinOf(state, index, entry) !== undefined);
  const orphaned = references.filter((reference) => leadsNowhere(state, entry, reference));
  return [
    ...twins.map(({ fields }) => problem(entry, "integrity", `another record has the same ${fields.join(" and ")}`)),
    ...orphaned.map(({ field, to }) => problem(entry, "orphan", `"${field}" refers to a "${to}" that is not there`)),
  ];
}

function textProblems(state: State, lift: Lift, entry: Entry): readonly CheckProblem[] {
  const { declared, fields } = state.model.typeOf(entry.record.type);
  const { type, id, documentVersion, text } = entry.record;
  const body = parseJson(text);
  if (!isJsonObject(body)) return [problem(entry, "integrity", "the document is not a JSON object")];
  try {
    const document = { type, id, documentVersion, body };
    const values = valuesInOrder(fields, documentFields(declared, lift, document).fields);
    if (isDeepStrictEqual(values, entry.values)) return [];
    return [problem(entry, "integrity", "the values kept of its indexed fields are not those of the document")];
  } catch (thrown) {
    if (!HoldfastError.is(thrown)) throw thrown;
    const isOld = declared !== undefined && documentVersion < declared.schemaVersion;
    return [problem(entry, isOld ? "layout" : "integrity", thrown.message)];
  }
}

function problem({ record }: Entry, kind: CheckProblem["kind"], message: string): CheckProblem {
  const { type, tenant, id } = record;
  return { kind, type, tenant, id, message };
}
