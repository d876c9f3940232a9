import type { System } from "../subject.ts";
import { drizzlePostgres, drizzleSqlite } from "./drizzle.ts";
import { keyvPostgres, keyvSqlite } from "./keyv.ts";
import { kyselyPostgres, kyselySqlite } from "./kysely.ts";
import { langgraphPostgres, langgraphSqlite } from "./langgraph.ts";
import { lowdb } from "./lowdb.ts";
import { mastraLibsql, mastraPostgres } from "./mastra.ts";
import { nedb } from "./nedb.ts";
import { unstorage } from "./unstorage.ts";

const side = "peer";
/** What those can be filled with in a reasonable time that save one by one, or write everything anew. */
const storedMost = 10_000;

export const peers: readonly System[] = [
  {
    name: "lowdb",
    store: "json",
    side,
    durability: "process-crash",
    means: "the whole file written anew and renamed, no sync",
    storedMost,
    open: lowdb,
  },
  { name: "nedb", store: "json", side, durability: "process-crash", means: "a line appended, no sync", open: nedb },
  {
    name: "unstorage fs",
    store: "json",
    side,
    durability: "process-crash",
    means: "a file for each document written in place, which a crash within it tears; no sync",
    storedMost,
    open: unstorage,
  },
  {
    name: "Kysely FULL",
    store: "sqlite",
    side,
    durability: "power-loss",
    means: "its own table with two indexes, WAL, synchronous FULL",
    open: kyselySqlite,
  },
  {
    name: "Drizzle FULL",
    store: "sqlite",
    side,
    durability: "power-loss",
    means: "its own table with two indexes, WAL, synchronous FULL",
    open: drizzleSqlite,
  },
  {
    name: "keyv sqlite",
    store: "sqlite",
    side,
    durability: "power-loss",
    means: "one table of keys and texts, rollback journal",
    storedMost,
    open: keyvSqlite,
  },
  {
    name: "LangGraph SqliteSaver",
    store: "sqlite",
    side,
    durability: "process-crash",
    means: "a checkpoint more, no secondary index; WAL, the driver's synchronous NORMAL",
    storedMost,
    open: langgraphSqlite,
  },
  {
    name: "Mastra libsql",
    store: "sqlite",
    side,
    durability: "process-crash",
    means: "a workflow's snapshot, WAL, synchronous NORMAL",
    storedMost,
    open: mastraLibsql,
  },
  {
    name: "Kysely pg",
    store: "postgres",
    side,
    durability: "power-loss",
    means: "its own table with two indexes, read committed, synchronous_commit on",
    open: kyselyPostgres,
  },
  {
    name: "Drizzle pg",
    store: "postgres",
    side,
    durability: "power-loss",
    means: "its own table with two indexes, read committed, synchronous_commit on",
    open: drizzlePostgres,
  },
  {
    name: "keyv postgres",
    store: "postgres",
    side,
    durability: "power-loss",
    means: "one table of keys and texts, synchronous_commit on",
    storedMost,
    open: keyvPostgres,
  },
  {
    name: "LangGraph PostgresSaver",
    store: "postgres",
    side,
    durability: "power-loss",
    means: "a checkpoint and its values more, synchronous_commit on",
    storedMost,
    open: langgraphPostgres,
  },
  {
    name: "Mastra pg",
    store: "postgres",
    side,
    durability: "power-loss",
    means: "a workflow's snapshot, synchronous_commit on",
    storedMost,
    open: mastraPostgres,
  },
];
