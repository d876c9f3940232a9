import { isDeepStrictEqual } from "node:util";
import { HoldfastError, isJsonObject, parseJson } from "@holdfast/core";
import type { CheckProblem } from "@holdfast/core";
import { leadsNowhere, twinOf } from "./constraints.ts";
import { valuesInOrder } from "./entry.ts";
import type { Entry } from "./entry.ts";
import { valuesOf } from "./load-state.ts";
import { pause, rowsPerTurn } from "./pause.ts";
import type { State } from "./state.ts";

/** Looks at every record: its text, the values kept of it, unique indexes, and all references, enforced or not. */
export async function checkState(state: State): Promise<readonly CheckProblem[]> {
  const problems: CheckProblem[] = [];
  let seen = 0;
  for (const type of state.types()) {
    for (const entry of state.entries(type)) {
      problems.push(...textProblems(state, entry), ...constraintProblems(state, entry));
      if (++seen % rowsPerTurn === 0) await pause();
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

function textProblems(state: State, entry: Entry): readonly CheckProblem[] {
  const model = state.model.typeOf(entry.record.type);
  const body = parseJson(entry.record.text);
  if (!isJsonObject(body)) return [problem(entry, "integrity", "the document is not a JSON object")];
  try {
    const values = valuesInOrder(model.fields, valuesOf(model, entry.record, body));
    if (isDeepStrictEqual(values, entry.values)) return [];
    return [problem(entry, "integrity", "the values kept of its indexed fields are not those of the document")];
  } catch (thrown) {
    if (!HoldfastError.is(thrown)) throw thrown;
    return [problem(entry, "integrity", thrown.message)];
  }
}

function problem({ record }: Entry, kind: CheckProblem["kind"], message: string): CheckProblem {
  const { type, tenant, id } = record;
  return { kind, type, tenant, id, message };
}
