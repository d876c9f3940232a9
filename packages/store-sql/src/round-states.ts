import { encodeColumnText, keyText, roundKeys } from "@holdfast/core";
import type { DriverGroup, DriverKey, DriverOp, FieldValues, KeyState, Scalar } from "@holdfast/core";

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
  /** Fields whose stored values are needed: to match them, or to see whether a unique one, or any, changes. */
  readonly fields: readonly FieldColumn[];
  /** The table in whose form matched fields are read from the document, because the columns of some are being filled. */
  readonly form: Table | undefined;
  /** Whether an op of the type goes on from a tombstone's version. */
  readonly wantsBuried: boolean;
  readonly ids: string[];
}

/** What is stored at each key of a round: for each tenant and type a statement for records, and one for tombstones where they count. */
export class RoundStates {
  readonly #questions: readonly Question[];

  constructor({ dialect }: SqlContext, model: StoredModel, groups: readonly DriverGroup[]) {
    this.#questions = questionsOf(model, roundKeys(groups), wantedOf(groups), dialect.rewritesIndexes === true);
  }

  statements(context: SqlContext): readonly Statement[] {
    return this.#questions.flatMap((question) => [
      liveStatement(context, question),
      ...(question.wantsBuried ? [buriedStatement(context, question)] : []),
    ]);
  }

  /** From the results of the statements, in their order. */
  read(context: SqlContext, results: readonly SqlResult[]): ReadonlyMap<string, KeyState> {
    const states = new Map<string, KeyState>();
    const inOrder = results.values();
    for (const question of this.#questions) {
      const { tenant, type, wantsBuried } = question;
      const live = inOrder.next().value;
      const buried = wantsBuried ? inOrder.next().value : undefined;
      for (const row of buried?.rows ?? []) {
        states.set(keyText({ tenant, type, id: readId(row) }), {
          kind: "buried",
          version: readNumber(row, "_version"),
        });
      }
      for (const row of live?.rows ?? []) {
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
  wanted: ReadonlyMap<string, Wanted>,
  wantsAll: boolean,
): readonly Question[] {
  const questions: Question[] = [];
  let last: Question | undefined;
  for (const { tenant, type, id } of keys) {
    if (last?.tenant !== tenant || last.type !== type || last.ids.length >= idsAtOnce) {
      const table = model.table(type);
      const { matched, buried: wantsBuried = false } = wanted.get(type) ?? {};
      const needed = new Set([...(matched ?? []), ...uniqueFields(table).map(({ field }) => field)]);
      const isComing = table.coming?.some((field) => needed.has(field)) === true;
      const { home, copy = home } = model.writtenTables(type);
      const fields = wantsAll ? table.fields : table.fields.filter(({ field }) => needed.has(field));
      last = { tenant, type, table, fields, form: isComing ? copy : undefined, wantsBuried, ids: [] };
      questions.push(last);
    }
    last.ids.push(encodeColumnText(id));
  }
  return questions;
}

/** What the ops of one type want to know beyond the state of their records. */
interface Wanted {
  readonly matched: Set<string>;
  buried: boolean;
}

function wantedOf(groups: readonly DriverGroup[]): ReadonlyMap<string, Wanted> {
  const types = new Map<string, Wanted>();
  for (const group of groups) {
    for (const op of group) {
      const own = types.get(op.type) ?? { matched: new Set(), buried: false };
      types.set(op.type, own);
      own.buried ||= goesOnFromTombstone(op);
      if (op.kind === "put") for (const field of op.match?.keys() ?? []) own.matched.add(field);
    }
  }
  return types;
}

/** Whether the version of a deleted record counts: not where a record has to be there, nor where none is made. */
function goesOnFromTombstone(op: DriverOp): boolean {
  if (op.kind === "put") return op.expect === "any" || op.expect === "absent";
  return op.kind === "restore" || op.kind === "bury";
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
