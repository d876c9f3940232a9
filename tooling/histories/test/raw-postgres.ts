import { Client } from "pg";

import type { MicroOp } from "../src/micro-ops.ts";
import type { OutcomeOf } from "../src/recorder.ts";
import type { ListClient } from "../src/workloads/clients.ts";

export type Level = "read committed" | "repeatable read" | "serializable";

/** Lists in a plain table, by plain SQL: what the same workload shows of a database without a store over it. */
export async function createLists(url: string): Promise<void> {
  await using client = await connect(url);
  await client.query("create table lists (key int primary key, list text not null)");
}

export async function rawListClient(url: string, level: Level): Promise<ListClient & AsyncDisposable> {
  const client = await connect(url);
  return {
    transact: async (ops) => {
      await client.query(`begin isolation level ${level}`);
      try {
        const done: MicroOp[] = [];
        for (const op of ops) done.push(await microOp(client, op));
        await client.query("commit");
        return done;
      } catch (thrown) {
        await client.query("rollback");
        throw thrown;
      }
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** A transaction that Postgres gave up was not done. */
export const rawOutcome: OutcomeOf = (thrown) => {
  const state = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return state === "40001" || state === "40P01" ? { outcome: "fail", error: state } : undefined;
};

async function connect(url: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

async function microOp(client: Client, [f, key, value]: MicroOp): Promise<MicroOp> {
  if (f === "append") {
    const text = "insert into lists values ($1, $2) on conflict (key) do update set list = lists.list || ',' || $2";
    await client.query(text, [key, String(value)]);
    return [f, key, value];
  }
  const { rows } = await client.query<{ readonly list: string }>("select list from lists where key = $1", [key]);
  return [f, key, rows[0]?.list.split(",").map(Number) ?? []];
}
