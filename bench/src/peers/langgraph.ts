import { join } from "node:path";
import type { BenchDocument } from "../document.ts";
import type { Place, Subject } from "../subject.ts";
import { loadPeer } from "./load-peer.ts";

interface Checkpoint {
  readonly channel_values: { readonly document?: BenchDocument };
}

interface Saver {
  put(config: object, checkpoint: Checkpoint, metadata: object, versions: object): Promise<unknown>;
  getTuple(config: object): Promise<{ readonly checkpoint: Checkpoint } | undefined>;
}

interface SqliteSaver extends Saver {
  readonly db: { prepare(sql: string): { get(): { readonly count: number } }; close(): void };
}

interface PostgresSaver extends Saver {
  readonly pool: { query(sql: string): Promise<{ readonly rows: readonly { readonly count: string }[] }> };
  setup(): Promise<void>;
  end(): Promise<void>;
}

interface Checkpoints {
  readonly emptyCheckpoint: () => object;
}

const counting = "select count(distinct thread_id) as count from checkpoints";

export async function langgraphSqlite({ folder }: Place): Promise<Subject> {
  const { SqliteSaver: Saving } = await loadPeer<{
    readonly SqliteSaver: { fromConnString(file: string): SqliteSaver };
  }>("@langchain/langgraph-checkpoint-sqlite");
  const saver = Saving.fromConnString(join(folder, "langgraph.db"));
  return {
    ...(await checkpointing(saver)),
    count: async () => saver.db.prepare(counting).get().count,
    [Symbol.asyncDispose]: async () => saver.db.close(),
  };
}

export async function langgraphPostgres({ databaseUrl }: Place): Promise<Subject> {
  const { PostgresSaver: Saving } = await loadPeer<{
    readonly PostgresSaver: { fromConnString(url: string): PostgresSaver };
  }>("@langchain/langgraph-checkpoint-postgres");
  const saver = Saving.fromConnString(databaseUrl);
  await saver.setup();
  return {
    ...(await checkpointing(saver)),
    count: async () => Number((await saver.pool.query(counting)).rows[0]?.count),
    [Symbol.asyncDispose]: () => saver.end(),
  };
}

/** A thread for each document; each save adds a checkpoint to it, and the latest is what is read. */
async function checkpointing(saver: Saver): Promise<Pick<Subject, "save" | "get">> {
  const { emptyCheckpoint } = await loadPeer<Checkpoints>("@langchain/langgraph-checkpoint");
  const versions = { document: 1 };
  const configOf = (id: string): object => ({ configurable: { thread_id: id, checkpoint_ns: "" } });
  // The first call of all makes its tables.
  await saver.getTuple(configOf("nobody"));
  return {
    async save(document) {
      const checkpoint = { ...emptyCheckpoint(), channel_values: { document }, channel_versions: versions };
      await saver.put(configOf(document.id), checkpoint, { source: "update", step: 0, parents: {} }, versions);
    },
    async get(id) {
      return (await saver.getTuple(configOf(id)))?.checkpoint.channel_values.document;
    },
  };
}
