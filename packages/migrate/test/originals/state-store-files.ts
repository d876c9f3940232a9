import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { gunzipSync } from "node:zlib";

import type { Layout } from "@holdfast/core";
import { afterAll, expect } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "holdfast-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** A path at which there is nothing. */
export function freshPath(): string {
  return join(folder, `state ${(files += 1)}.db`);
}

/** One of the samples, in a file of its own. */
export async function sampleFile(name: string): Promise<string> {
  const path = freshPath();
  await writeFile(path, await sample(`${name}.db`));
  return path;
}

export async function sampleExpectation(name: string): Promise<unknown> {
  return JSON.parse((await sample(`${name}.expected.json`)).toString());
}

async function sample(name: string): Promise<Buffer> {
  return gunzipSync(await readFile(new URL(`samples/${name}.gz`, import.meta.url)));
}

const schema = `
  CREATE TABLE runs (run_id TEXT PRIMARY KEY, run_type TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT,
    status TEXT NOT NULL, settings_snapshot_json TEXT NOT NULL, notes TEXT);
  CREATE TABLE intel_items (item_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, item_type TEXT NOT NULL, title TEXT NOT NULL,
    summary TEXT NOT NULL, claims_json TEXT NOT NULL, evidence_json TEXT NOT NULL, scores_json TEXT NOT NULL,
    risk_flags_json TEXT NOT NULL, explainability_json TEXT NOT NULL, decision TEXT, decision_reason TEXT,
    created_at TEXT NOT NULL, FOREIGN KEY (run_id) REFERENCES runs(run_id));
  CREATE TABLE telemetry (run_id TEXT PRIMARY KEY, telemetry_json TEXT NOT NULL, created_at TEXT NOT NULL,
    FOREIGN KEY (run_id) REFERENCES runs(run_id));`;

/** The same tables as another program might have made them: nothing is asked of any value. */
const looseSchema = schema.replaceAll(/ NOT NULL| PRIMARY KEY| TEXT(?=[ ,)])|,\s*FOREIGN KEY[^)]*\)[^)]*\)/g, "");

type Row = Readonly<Record<string, SQLInputValue>>;

const defaults: Readonly<Record<string, Row>> = {
  runs: { run_type: "daily", started_at: "2026-02-18T06:00:01+00:00", status: "running", settings_snapshot_json: "{}" },
  intel_items: {
    run_id: "r1",
    item_type: "post",
    title: "",
    summary: "",
    claims_json: "[]",
    evidence_json: "[]",
    scores_json: "{}",
    risk_flags_json: "[]",
    explainability_json: "[]",
    created_at: "2026-02-18T06:00:02+00:00",
  },
  telemetry: { telemetry_json: "{}", created_at: "2026-02-18T06:00:03+00:00" },
};

/** A database that a test fills, with the StateStore's tables. */
export class StateStoreMaker {
  readonly path = freshPath();
  readonly database = new DatabaseSync(this.path, { enableForeignKeyConstraints: false });

  constructor(tables: "as the StateStore makes them" | "without any rule", before = "") {
    this.database.exec(`PRAGMA synchronous = OFF; ${before}`);
    this.database.exec(tables === "without any rule" ? looseSchema : schema);
  }

  /** A row with what the test does not care for filled in. */
  add(table: "runs" | "intel_items" | "telemetry", row: Row): this {
    const whole = { ...defaults[table], ...row };
    const names = Object.keys(whole);
    const places = names.map(() => "?").join(", ");
    this.database
      .prepare(`INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(", ")}) VALUES (${places})`)
      .run(...Object.values(whole));
    return this;
  }

  close(): string {
    this.database.close();
    return this.path;
  }
}

/** The types, and the one reference that stands between items and runs. */
export const stateModel: { readonly layout: Layout } = {
  layout: {
    types: [
      {
        type: "Run",
        schemaVersion: 1,
        fields: [{ name: "status", kind: "string" }],
        indexes: [{ fields: ["status"], unique: false }],
        references: [],
      },
      ...["IntelItem", "Telemetry"].map((type) => ({
        type,
        schemaVersion: 1,
        fields: [{ name: "runId", kind: "string" as const }],
        indexes: [{ fields: ["runId"], unique: false }],
        references: [{ field: "runId", to: "Run", onDelete: "cascade" as const }],
      })),
    ],
  },
};

export function containing(text: string): unknown {
  return expect.stringContaining(text);
}

export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}
