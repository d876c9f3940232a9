import { encodeColumnText, keyText, roundKeys } from "@holdfast/core";
import type { DriverGroup, DriverKey, FieldValues, KeyState, Scalar } from "@holdfast/core";

import { completeFields } from "./complete-fields.ts";
import { decodeRecord, decodeValue, readId, readNumber } from "./record-codec.ts";
import { selectAtIds } from "./select-at-ids.ts";
import type { Row, SqlResult } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Statement } from "./statement.ts";
import type { StoredModel } from "./stored-model.ts";
import { bodyColumn, recordColumns, sharedTable, tombstonesTable } from "./tables.ts";
import type { FieldColumn, Table } from "./tables.ts";

const idsAtOnce = 5_000;

/** Some keys of one tenant and type whose states a round needs. */
interface Question {
  readonly tenant: string;
  readonly type: string;
  readonly table: Table;
  /** Fields whose stored values are needed: to match them, or to see whether a unique one changes. */
  readonly fields: readonly FieldColumn[];
  /** The table in whose form matched fields are read from the document, because the columns of some are being filled. */
  readonly form: Table | undefined;
  readonly ids: string[];
}

/** What is stored at each key of a round, in two statements for each tenant and type: of records and of tombstones. */
export class RoundStates {
  readonly #questions: readonly Question[];

  constructor(model: StoredModel, groups: readonly DriverGroup[]) {
    this.#questions = questionsOf(model, roundKeys(groups), matchedFields(groups));
  }

  statements(context: SqlContext): readonly Statement[] {
    return this.#questions.flatMap((question) => [
      liveStatement(context, question),
      buriedStatement(context, question),
    ]);
  }

  /** From the results of the statements, in their order. */
  read(context: SqlContext, results: readonly SqlResult[]): ReadonlyMap<string, KeyState> {
    const states = new Map<string, KeyState>();
    for (const [at, question] of this.#questions.entries()) {
      const { tenant, type } = question;
      for (const row of results[2 * at + 1]?.rows ?? []) {
        states.set(keyText({ tenant, type, id: readId(row) }), {
          kind: "buried",
          version: readNumber(row, "_version"),
        });
      }
      for (const row of results[2 * at]?.rows ?? []) {
        const [version, created] = [readNumber(row, "_version"), readNumber(row, "_created")];
        const fields = valuesOf(context, question, row);
        states.set(keyText({ tenant, type, id: readId(row) }), { kind: "live", version, created, fields });
      }
    }
    return states;
  }
}

function valuesOf(context: SqlContext, { tenant, type, fields, form }: Question, row: Row): FieldValues {
  if (form !== undefined) return completeFields(context, form, decodeRecord(tenant, type, row)).fields;
  return new Map<string, Scalar>(fields.map((each) => [each.field, decodeValue(each, row[each.name])]));
}

/** The fields of a table that are in one of its unique indexes. */
export function uniqueFields(table: Table): readonly FieldColumn[] {
  const unique = new Set(table.layout?.indexes.flatMap((index) => (index.unique ? index.fields : [])));
  return table.fields.filter(({ field }) => unique.has(field));
}

function questionsOf(
  model: StoredModel,
  keys: readonly DriverKey[],
  matched: ReadonlyMap<string, ReadonlySet<string>>,
): readonly Question[] {
  const questions: Question[] = [];
  let last: Question | undefined;
  for (const { tenant, type, id } of keys) {
    if (last?.tenant !== tenant || last.type !== type || last.ids.length >= idsAtOnce) {
      const table = model.table(type);
      const needed = new Set([...(matched.get(type) ?? []), ...uniqueFields(table).map(({ field }) => field)]);
      const isComing = table.coming?.some((field) => needed.has(field)) === true;
      const { home, copy = home } = model.writtenTables(type);
      const fields = table.fields.filter(({ field }) => needed.has(field));
      last = { tenant, type, table, fields, form: isComing ? copy : undefined, ids: [] };
      questions.push(last);
    }
    last.ids.push(encodeColumnText(id));
  }
  return questions;
}

function matchedFields(groups: readonly DriverGroup[]): ReadonlyMap<string, ReadonlySet<string>> {
  const fields = new Map<string, Set<string>>();
  for (const group of groups) {
    for (const op of group) {
      if (op.kind !== "put" || op.match === undefined) continue;
      const own = fields.get(op.type) ?? new Set();
      for (const field of op.match.keys()) own.add(field);
      fields.set(op.type, own);
    }
  }
  return fields;
}

function liveStatement(context: SqlContext, { table, fields, form, ...asked }: Question): Statement {
  const needed = form === undefined ? fields : [...recordColumns, bodyColumn];
  const names = needed.map(({ name }) => name).filter((name) => !stateColumns.includes(name));
  const rows = { about: table, name: `states ${names.join(" ")}`, from: table.name, keyed: table };
  return selectAtIds(context, { ...rows, columns: [...stateColumns, ...names] }, asked);
}

const stateColumns = ["_id", "_version", "_created"];

function buriedStatement(context: SqlContext, asked: Question): Statement {
  const rows = { about: tombstones, name: "states", from: tombstonesTable, keyed: sharedTable };
  return selectAtIds(context, { ...rows, columns: ["_id", "_version"] }, asked);
}

const tombstones = { table: tombstonesTable };
