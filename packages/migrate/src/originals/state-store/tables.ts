/** A column of the StateStore's tables, and what it becomes. `jsonText`: text that holds JSON. */
export interface KnownColumn {
  readonly column: string;
  /**
   * The document's field; undefined for what is the record's own. `created_at` keeps its name, where it is kept at all:
   * `createdAt` is the store's.
   */
  readonly field: string | undefined;
  readonly holds: "text" | "jsonText" | "time";
  /** What stands for a NULL where the StateStore itself writes none; undefined where it does, and NULL is null. */
  readonly instead: string | undefined;
}

/** One of the StateStore's three tables. */
export interface KnownTable {
  readonly table: string;
  readonly type: string;
  /** In the StateStore's own order. */
  readonly columns: readonly KnownColumn[];
  readonly id: string;
  /** The column that says when a row was first written, or for telemetry when it was last. */
  readonly created: string;
  /** Whether that time is a field of the document. */
  readonly keepsCreated: boolean;
  /** The column that says when a row was last written, where that is another. */
  readonly updated: string | undefined;
  /** Whether the StateStore lists the rows by the time of their creation; otherwise they stand in the order of their numbers. */
  readonly isListedByTime: boolean;
  /** Whether each row belongs to a run, which `run_id` names. */
  readonly isOfRun: boolean;
}

const runs: KnownTable = {
  table: "runs",
  type: "Run",
  columns: [
    text("run_id", undefined),
    text("run_type", "runType"),
    text("started_at", "startedAt"),
    optional("finished_at", "finishedAt"),
    text("status", "status"),
    json("settings_snapshot_json", "settingsSnapshot", "{}"),
    optional("notes", "notes"),
  ],
  id: "run_id",
  created: "started_at",
  keepsCreated: true,
  updated: "finished_at",
  isListedByTime: false,
  isOfRun: false,
};

const items: KnownTable = {
  table: "intel_items",
  type: "IntelItem",
  columns: [
    text("item_id", undefined),
    text("run_id", "runId"),
    text("item_type", "itemType"),
    text("title", "title"),
    text("summary", "summary"),
    json("claims_json", "claims", "[]"),
    json("evidence_json", "evidence", "[]"),
    json("scores_json", "scores", "{}"),
    json("risk_flags_json", "riskFlags", "[]"),
    json("explainability_json", "explainability", "[]"),
    optional("decision", "decision"),
    optional("decision_reason", "decisionReason"),
    time("created_at"),
  ],
  id: "item_id",
  created: "created_at",
  keepsCreated: false,
  updated: undefined,
  isListedByTime: true,
  isOfRun: true,
};

const telemetry: KnownTable = {
  table: "telemetry",
  type: "Telemetry",
  columns: [text("run_id", "runId"), json("telemetry_json", "telemetry", "{}"), time("created_at")],
  id: "run_id",
  created: "created_at",
  keepsCreated: false,
  updated: undefined,
  isListedByTime: false,
  isOfRun: true,
};

/** Runs first: the others refer to them. */
export const knownTables: readonly KnownTable[] = [runs, items, telemetry];

function text(column: string, field: string | undefined): KnownColumn {
  return { column, field, holds: "text", instead: "" };
}

function optional(column: string, field: string): KnownColumn {
  return { column, field, holds: "text", instead: undefined };
}

function time(column: string): KnownColumn {
  return { column, field: undefined, holds: "time", instead: "" };
}

function json(column: string, field: string, instead: string): KnownColumn {
  return { column, field, holds: "jsonText", instead };
}
