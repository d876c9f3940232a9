import { keyText } from "@holdfast/core";
import type { DriverGroup, DriverOp, GroupResult } from "@holdfast/core";

import { commitEvidence } from "./commit-evidence.ts";
import { joinedWriteStatement } from "./joined-write-statement.ts";
import { readChange, readId, readText } from "./record-codec.ts";
import { uniqueFields } from "./round-states.ts";
import { formOf } from "./single-write-parts.ts";
import { isSingle, singleSlots, singleWrite } from "./single-write.ts";
import type { SingleOp, SingleWrite } from "./single-write.ts";
import type { CommitEvidence, Row, SqlResult } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Statement } from "./statement.ts";
import type { StoredModel } from "./stored-model.ts";
import { tenantColumn } from "./tables.ts";
import { writtenRecord } from "./written-record.ts";

/** A round with more than that is done as any other: there are faster ways for many rows. */
const formsMost = 8;
const charactersMost = 1_000_000;

type Put = Extract<SingleOp, { kind: "put" }>;
type Writes = [SingleWrite, ...SingleWrite[]];

/** A round of puts that have nothing to do with each other, as a few statements do it. */
export interface JoinedWrites {
  readonly statements: readonly Statement[];
  readonly read: (results: readonly SqlResult[]) => JoinedResults;
}

export interface JoinedResults {
  /** For each group what came of it; undefined where it was not done. */
  readonly groups: readonly (GroupResult | undefined)[];
  /** What tells of the commit if that is lost; undefined where nothing was written. */
  readonly evidence: CommitEvidence | undefined;
}

/** A round as joined writes; undefined where it is not of lone puts to different keys that SQL can judge. */
export function joinedWrites(
  context: SqlContext,
  model: StoredModel,
  groups: readonly DriverGroup[],
  clock: () => number,
): JoinedWrites | undefined {
  const { dialect } = context;
  const puts = putsByKey(model, groups, dialect.rows.rowsMost);
  if (puts === undefined) return undefined;
  // Times rise in the order of arrival; rows go in one order for all writers, since each locks what it writes until it ends.
  const stamped = [...puts].map(([key, op]) => ({ key, op, write: singleWrite(dialect, model, op, clock()) }));
  const forms = new Map<string, Writes>();
  for (const { op, write } of stamped.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const form = `${op.type} ${formOf(write)}`;
    const same = forms.get(form);
    if (same === undefined) forms.set(form, [write]);
    else same.push(write);
  }
  if (forms.size > formsMost) return undefined;
  const inOrder = [...forms.values()];
  return {
    statements: inOrder.map((writes) => joinedWriteStatement(context, writes)),
    read: (results) => readResults({ context, model }, puts, rowsByKey(inOrder, results)),
  };
}

function putsByKey(
  model: StoredModel,
  groups: readonly DriverGroup[],
  most: number,
): ReadonlyMap<string, Put> | undefined {
  const puts = new Map<string, Put>();
  let characters = 0;
  for (const group of groups) {
    const [op] = group;
    if (op === undefined || group.length !== 1 || !isJoinable(model, op)) return undefined;
    characters += op.text.length;
    puts.set(keyText(op), op);
  }
  return puts.size === groups.length && puts.size <= most && characters <= charactersMost ? puts : undefined;
}

/** Where values are unique, what a round leaves decides, whatever order it is written in: that is not for one of many to judge. */
function isJoinable(model: StoredModel, op: DriverOp): op is Put {
  if (op.kind !== "put" || !model.isDeclared(op.type) || !isSingle(model, op)) return false;
  return uniqueFields(model.table(op.type)).length === 0;
}

function rowsByKey(forms: readonly Writes[], results: readonly SqlResult[]): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>();
  forms.forEach(([{ values }], at) => {
    const type = String(values[singleSlots.type]);
    for (const row of results[at]?.rows ?? []) {
      rows.set(keyText({ tenant: readText(row, tenantColumn.name), type, id: readId(row) }), row);
    }
  });
  return rows;
}

function readResults(
  { context, model }: { readonly context: SqlContext; readonly model: StoredModel },
  puts: ReadonlyMap<string, Put>,
  rows: ReadonlyMap<string, Row>,
): JoinedResults {
  let evidence: CommitEvidence | undefined;
  const groups = [...puts].map(([key, op]): GroupResult | undefined => {
    const row = rows.get(key);
    if (row === undefined) return undefined;
    const record = writtenRecord(op, row);
    const change = { kind: "put", record, fields: op.fields } as const;
    evidence ??= commitEvidence(context, model, String(readChange(row)), change);
    return [{ ok: true, record }];
  });
  return { groups, evidence };
}
