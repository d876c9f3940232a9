import { type JsonObject, workflowLifecycle } from "@holdfast/core";

import type { JsonPath } from "./lossless-json.ts";
import type { TableIds } from "./tinydb-ids.ts";
import type { TinyDbTable } from "./tinydb-tables.ts";

export interface Note {
  readonly reason: string;
  readonly path?: JsonPath;
}

const statuses: ReadonlySet<unknown> = new Set(workflowLifecycle.statuses);

/** Which cases each job lists, and which rows there are: what the file's references are judged by. */
export class TinyDbRelations {
  readonly #jobs: TableIds | undefined;
  readonly #cases: TableIds | undefined;
  readonly #listed = new Map<string, ReadonlySet<unknown>>();

  constructor(tables: readonly TinyDbTable[]) {
    const jobs = tables.find(({ name }) => name === "Job");
    this.#jobs = jobs?.ids;
    this.#cases = tables.find(({ name }) => name === "Case")?.ids;
    for (const row of jobs?.rows ?? []) {
      const { id } = jobs?.ids.of(row) ?? {};
      if (id !== undefined) this.#listed.set(id, new Set(row.links.map((link) => this.#cases?.follow(link) ?? link)));
    }
  }

  /** What is worth knowing of a job or a case that is taken as it is; nothing of a row of any other table. */
  notes(table: string, id: string, body: JsonObject): readonly Note[] {
    if (table === "Job") return [...statusNotes(body), ...this.#jobNotes(body)];
    return table === "Case" ? [...statusNotes(body), ...this.#caseNotes(id, body)] : [];
  }

  #jobNotes({ agentName, caseIds }: JsonObject): readonly Note[] {
    const notes: Note[] = agentName === undefined ? [{ reason: "it names no agent", path: ["agent_name"] }] : [];
    const ids: readonly unknown[] = Array.isArray(caseIds) ? caseIds : [];
    const before = new Set<unknown>();
    for (const [at, id] of ids.entries()) {
      const path = ["case_ids", at];
      if (before.has(id)) notes.push({ reason: "it lists the same case twice", path });
      else if (this.#cases?.has(id) !== true) notes.push({ reason: "it lists a case that is not in the file", path });
      before.add(id);
    }
    return notes;
  }

  #caseNotes(id: string, { jobId }: JsonObject): readonly Note[] {
    const path = ["job_id"];
    if (jobId === undefined) return [{ reason: "it names no job", path }];
    if (this.#jobs?.has(jobId) !== true) return [{ reason: "its job is not in the file", path }];
    const listed = typeof jobId === "string" ? this.#listed.get(jobId) : undefined;
    return listed?.has(id) === true ? [] : [{ reason: "its job does not list it", path }];
  }
}

function statusNotes({ status }: JsonObject): readonly Note[] {
  if (statuses.has(status)) return [];
  const reason = "it has none of the workflow's statuses, so that reading it as an entity is INVALID_ENTITY";
  return [{ reason, path: ["status"] }];
}
