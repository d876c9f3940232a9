import { HoldfastError } from "@holdfast/core";
import type { ModelRefusal, RecordText } from "@holdfast/core";

import type { RunStatements } from "../model-cache.ts";
import { readId, readText } from "../record-codec.ts";
import type { SqlContext } from "../sql-context.ts";
import { outdatedColumns, outdatedTable } from "../tables.ts";

/** A record whose columns are not those of the newest form of its document. */
export interface Outdated {
  readonly tenant: string;
  readonly type: string;
  readonly id: string;
  /** What keeps it from being brought up to date; undefined where it awaits a program that can. */
  readonly reason: string | undefined;
  readonly code: ModelRefusal;
}

/** All of them, or those of one type, in the order of their keys. */
export async function readOutdated(
  { builder }: SqlContext,
  run: RunStatements,
  type?: string,
): Promise<readonly Outdated[]> {
  const columns = outdatedColumns.map(({ name }) => name);
  const all = builder.selectFrom(outdatedTable).select(columns).orderBy("_tenant").orderBy("_type").orderBy("_id");
  const [result] = await run([(type === undefined ? all : all.where("_type", "=", type)).compile()]);
  return (result?.rows ?? []).map((row) => ({
    tenant: readText(row, "_tenant"),
    type: readText(row, "_type"),
    id: readId(row),
    ...parseProblem(row["problem"]),
  }));
}

/** What keeps a record from being brought up to date, as it is noted with it. */
export function problemText({ tenant, type, id }: RecordText, thrown: unknown) {
  if (!HoldfastError.is(thrown)) throw thrown;
  return { tenant, type, id, problem: JSON.stringify([codeOf(thrown.code), thrown.message]) };
}

function parseProblem(text: unknown): Pick<Outdated, "reason" | "code"> {
  const [code, reason]: unknown[] = typeof text === "string" ? listIn(text) : [];
  return { code: codeOf(code), reason: typeof reason === "string" ? reason : undefined };
}

function listIn(text: string): unknown[] {
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value : [];
}

function codeOf(code: unknown): ModelRefusal {
  return code === "INDEX_VALUE_TOO_LARGE" ? code : "INVALID_ENTITY";
}
