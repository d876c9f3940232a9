/** What is known of a field that the program wrote which made the file. */
export interface Field {
  /** As the file has it. */
  readonly name: string;
  /** As records have it. */
  readonly to: string;
  /** Of the objects that it holds, itself or in a list. */
  readonly within?: Fields;
  /** It holds a number: Python's `float`, written with `.0` where it is whole, or its `int`. */
  readonly number?: "float" | "integer";
  /** What stands for a number that JSON has not, where the model takes no null. @default null */
  readonly notFinite?: number;
  /** It holds the id of a row of this table. */
  readonly link?: "Job";
  /** It holds a list of ids of rows of this table. */
  readonly links?: "Case";
  /** It holds what nobody but its owner may read. */
  readonly isSecret?: boolean;
}

export interface Fields {
  readonly byName: ReadonlyMap<string, Field>;
  /** By their names in records. */
  readonly byTo: ReadonlyMap<string, Field>;
}

export interface KnownTable {
  readonly fields: Fields;
  /** Whether a record's document has an `id` beside the record's own. */
  readonly keepsId: boolean;
}

const limits = fields(
  field("max_cases", { number: "integer" }),
  field("max_duration", { number: "integer" }),
  field("max_cost", { number: "float" }),
  field("job_start_time", { number: "float" }),
  field("stop_on_warning"),
  field("stop_on_error"),
);
const context = fields(
  ...["workspace_id", "job_id", "started_by", "started_at", "mission_id", "mission_name", "mission_context"].map(plain),
  field("job_instructions", { within: limits }),
);
const response = fields(...["job_id", "error_message", "error_traceback"].map(plain));
const step = fields(
  ...["is_final", "scheduled_at", "scheduled_method", "scheduled_params", "scheduled_status"].map(plain),
  field("index", { number: "integer" }),
  field("cost", { number: "float" }),
);
const account = fields(...["workspace_id", "api_url"].map(plain), field("api_key", { isSecret: true }));

/**
 * The tables whose rows are known. What a field holds is renamed only where the program that wrote the file chose the
 * names; payloads, metadata and results are their users' own. `created_at` keeps its name: `createdAt` is the store's.
 */
const tables: ReadonlyMap<string, KnownTable> = new Map([
  [
    "Job",
    {
      fields: fields(
        ...["agent_name", "finished_at"].map(plain),
        field("agent_parameters", { isSecret: true }),
        field("case_ids", { links: "Case" }),
        field("job_context", { within: context }),
        field("responses", { within: response }),
      ),
      keepsId: false,
    },
  ],
  [
    "Case",
    {
      fields: fields(
        ...["final_delivery", "finished_at"].map(plain),
        field("job_id", { link: "Job" }),
        field("total_cost", { number: "float", notFinite: 0 }),
        field("account", { within: account }),
        field("updates", { within: step }),
      ),
      keepsId: false,
    },
  ],
  ["ServerInfo", { fields: fields(as("port", "integer"), as("start_time", "float")), keepsId: true }],
]);
const unknown: KnownTable = { fields: fields(), keepsId: true };

/** What is known of a table's rows; of any other table nothing is renamed, and its documents stay whole. */
export function knownTable(name: string): KnownTable {
  return tables.get(name) ?? unknown;
}

/**
 * What is known of a field of an object: by the name that files have for it or, where the object has none of that name,
 * by the one that records have, which it would be taken for.
 */
export function fieldOf(
  known: Fields | undefined,
  name: string,
  object: ReadonlyMap<string, unknown>,
): Field | undefined {
  const own = known?.byTo.get(name);
  return known?.byName.get(name) ?? (own === undefined || object.has(own.name) ? undefined : own);
}

function fields(...all: readonly Field[]): Fields {
  return {
    byName: new Map(all.map((each) => [each.name, each])),
    byTo: new Map(all.map((each) => [each.to, each])),
  };
}

function field(name: string, known: Omit<Field, "name" | "to"> = {}): Field {
  return { name, to: name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()), ...known };
}

function plain(name: string): Field {
  return field(name);
}

/** A number whose name stays as it is. */
function as(name: string, number: "float" | "integer"): Field {
  return { name, to: name, number };
}
