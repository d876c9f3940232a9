import type Database from "better-sqlite3";
import type { Item } from "./item.ts";

const tables = `
  create table if not exists runs (
    run_id text primary key, run_type text not null, started_at text not null, finished_at text, status text not null,
    settings_snapshot_json text not null, notes text);
  create table if not exists intel_items (
    item_id text primary key, run_id text not null references runs (run_id), item_type text not null,
    title text not null, summary text not null, claims_json text not null, evidence_json text not null,
    scores_json text not null, risk_flags_json text not null, explainability_json text not null,
    decision text, decision_reason text, created_at text not null);
  create table if not exists telemetry (
    run_id text primary key references runs (run_id), telemetry_json text not null, created_at text not null);
  create index if not exists idx_intel_items_run_id on intel_items (run_id);
  create index if not exists idx_intel_items_created_at on intel_items (created_at);`;

export const startRun = "insert into runs values (?, ?, ?, null, 'running', '{}', null)";

/** A save, as the second original has it. */
export const upsert = `insert into intel_items values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (item_id) do update set title = excluded.title, summary = excluded.summary,
    claims_json = excluded.claims_json, evidence_json = excluded.evidence_json, scores_json = excluded.scores_json,
    risk_flags_json = excluded.risk_flags_json, explainability_json = excluded.explainability_json,
    decision = excluded.decision, decision_reason = excluded.decision_reason`;

/** What the second original does with each new connection. */
export function setUp(database: Database.Database): void {
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.pragma("foreign_keys = ON");
  database.exec(tables);
}

export function rowOf(item: Item): readonly (string | null)[] {
  return [
    item.id,
    item.runId,
    item.itemType,
    item.title,
    item.summary,
    JSON.stringify(item.claims),
    JSON.stringify(item.evidence),
    JSON.stringify(item.scores),
    JSON.stringify(item.riskFlags),
    JSON.stringify(item.explainability),
    item.decision,
    item.decisionReason,
    new Date().toISOString(),
  ];
}
