import { isJsonObject } from "@holdfast/core";
import type { JsonObject, JsonValue } from "@holdfast/core";

/** Known fields by their name in the file: the one they get, and the fields of the objects that they hold. */
type FieldNames = { readonly [name: string]: FieldName };
interface FieldName {
  readonly to: string;
  readonly within?: FieldNames;
}

const account = names(["workspace_id", "api_key", "api_url"]);
const limits = ["max_cases", "max_duration", "max_cost", "stop_on_warning", "stop_on_error", "job_start_time"];
const instructions = names(limits);
const context = names(
  ["workspace_id", "job_id", "started_by", "started_at", "mission_id", "mission_name", "mission_context"],
  { job_instructions: instructions },
);
const response = names(["job_id", "error_message", "error_traceback"]);
const step = names(["is_final", "scheduled_at", "scheduled_method", "scheduled_params", "scheduled_status"]);

/**
 * The tables whose rows are known. What a field holds is renamed only where the program that wrote the file chose the
 * names; payloads, metadata and results are their users' own. `created_at` keeps its name: `createdAt` is the store's.
 */
const tables: ReadonlyMap<string, FieldNames> = new Map([
  [
    "Job",
    names(["agent_name", "agent_parameters", "case_ids", "finished_at"], { job_context: context, responses: response }),
  ],
  ["Case", names(["job_id", "total_cost", "final_delivery", "finished_at"], { account, updates: step })],
]);

/**
 * A row's document with the known fields of its table in camelCase and without its id, which is the record's; every
 * other field, and every value, as it is. A row of an unknown table stays whole.
 */
export function renameFields(table: string, row: JsonObject): JsonObject {
  const known = tables.get(table);
  if (known === undefined) return row;
  const { id: _id, ...document } = renamed(row, known);
  return document;
}

function renamed(value: JsonObject, known: FieldNames): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => {
      const field = Object.hasOwn(known, name) ? known[name] : undefined;
      if (field === undefined) return [name, held];
      const to = field.to !== name && Object.hasOwn(value, field.to) ? name : field.to;
      return [to, field.within === undefined ? held : renamedWithin(held, field.within)];
    }),
  );
}

function renamedWithin(value: JsonValue, known: FieldNames): JsonValue {
  if (isList(value)) return value.map((each) => renamedWithin(each, known));
  return isJsonObject(value) ? renamed(value, known) : value;
}

function names(plain: readonly string[], nested: Readonly<Record<string, FieldNames>> = {}): FieldNames {
  return Object.fromEntries([
    ...plain.map((name) => [name, { to: camelCase(name) }] as const),
    ...Object.entries(nested).map(([name, within]) => [name, { to: camelCase(name), within }] as const),
  ]);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
