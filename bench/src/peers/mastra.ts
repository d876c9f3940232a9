import { join } from "node:path";
import type { BenchDocument } from "../document.ts";
import type { Place, Subject } from "../subject.ts";
import { loadPeer } from "./load-peer.ts";

const workflowName = "bench";

interface Workflows {
  persistWorkflowSnapshot(run: object): Promise<void>;
  loadWorkflowSnapshot(run: object): Promise<object | null>;
  listWorkflowRuns(query: object): Promise<{ readonly runs: readonly object[]; readonly total: number }>;
}

interface Storage {
  init(): Promise<void>;
  getStore(name: "workflows"): Promise<Workflows | undefined>;
  close(): Promise<void>;
}

export async function mastraLibsql({ folder }: Place): Promise<Subject> {
  const { LibSQLStore } = await loadPeer<{
    readonly LibSQLStore: new (options: { readonly id: string; readonly url: string }) => Storage;
  }>("@mastra/libsql");
  return snapshots(new LibSQLStore({ id: "bench", url: `file:${join(folder, "mastra.db")}` }));
}

export async function mastraPostgres({ databaseUrl }: Place): Promise<Subject> {
  const { PostgresStore } = await loadPeer<{
    readonly PostgresStore: new (options: { readonly id: string; readonly connectionString: string }) => Storage;
  }>("@mastra/pg");
  return snapshots(new PostgresStore({ id: "bench", connectionString: databaseUrl }));
}

/** A run's snapshot for each document. Its lists go by pages that are counted, so there is no place deep within. */
async function snapshots(storage: Storage): Promise<Subject> {
  await storage.init();
  const workflows = await storage.getStore("workflows");
  if (workflows === undefined) throw new Error("it keeps no workflows");
  return {
    save: (document) =>
      workflows.persistWorkflowSnapshot({ workflowName, runId: document.id, snapshot: snapshotOf(document) }),
    get: async (id) => (await workflows.loadWorkflowSnapshot({ workflowName, runId: id })) ?? undefined,
    async page({ status, limit, after }) {
      if (after !== undefined) throw new Error("it has no tokens for its pages");
      const { runs } = await workflows.listWorkflowRuns({ workflowName, status, perPage: limit, page: 0 });
      return { documents: runs };
    },
    count: async () => (await workflows.listWorkflowRuns({ workflowName, perPage: 1, page: 0 })).total,
    [Symbol.asyncDispose]: () => storage.close(),
  };
}

function snapshotOf({ id, status, ...document }: BenchDocument): object {
  return {
    runId: id,
    status,
    value: {},
    context: { input: document },
    serializedStepGraph: [],
    activePaths: [],
    activeStepsPath: {},
    suspendedPaths: {},
    resumeLabels: {},
    waitingPaths: {},
    timestamp: Date.now(),
  };
}
