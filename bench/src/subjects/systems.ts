import { join } from "node:path";
import type { StoreName, System } from "../subject.ts";
import { peers } from "../peers/peers.ts";
import { holdfastRecords } from "./holdfast-records.ts";
import { holdfastRepository } from "./holdfast-repository.ts";
import { rawJournal, readWhole } from "./raw-journal.ts";
import { rawPostgres } from "./raw-postgres.ts";
import { rawSqlite } from "./raw-sqlite.ts";

const oursAndLimits: readonly System[] = [
  {
    name: "holdfast json:",
    store: "json",
    side: "ours",
    durability: "power-loss",
    means: "a repository; one record appended to the journal, fdatasync",
    open: (place) => holdfastRepository(`json:${join(place.folder, "ours.json")}`, place),
  },
  {
    name: "holdfast json: records",
    variant: "records",
    store: "json",
    side: "ours",
    durability: "power-loss",
    means: "the same without repositories and schemas",
    open: (place) => holdfastRecords(`json:${join(place.folder, "ours.json")}`, place),
  },
  {
    name: "holdfast json: unsynced",
    variant: "unsynced",
    store: "json",
    side: "ours",
    durability: "process-crash",
    means: "a repository; written and not synced",
    open: (place) => holdfastRepository(`json:${join(place.folder, "ours.json")}`, place, "process-crash"),
  },
  {
    name: "append and fdatasync",
    store: "json",
    side: "limit",
    durability: "power-loss",
    means: "one line appended, fdatasync; texts in a Map, without an index",
    open: rawJournal,
    readFirst: readWhole,
  },
  {
    name: "holdfast sqlite:",
    store: "sqlite",
    side: "ours",
    durability: "power-loss",
    means: "a repository; one transaction, WAL, synchronous FULL",
    open: (place) => holdfastRepository(`sqlite:${join(place.folder, "ours.db")}`, place),
  },
  {
    name: "holdfast sqlite: records",
    variant: "records",
    store: "sqlite",
    side: "ours",
    durability: "power-loss",
    means: "the same without repositories and schemas",
    open: (place) => holdfastRecords(`sqlite:${join(place.folder, "ours.db")}`, place),
  },
  {
    name: "holdfast sqlite: unsynced",
    variant: "unsynced",
    store: "sqlite",
    side: "ours",
    durability: "process-crash",
    means: "a repository; one transaction, WAL, synchronous NORMAL",
    open: (place) => holdfastRepository(`sqlite:${join(place.folder, "ours.db")}`, place, "process-crash"),
  },
  {
    name: "better-sqlite3 FULL",
    store: "sqlite",
    side: "limit",
    durability: "power-loss",
    means: "the prepared statement into our tables, a transaction of its own, WAL, synchronous FULL",
    open: (place) => rawSqlite("FULL", place),
  },
  {
    name: "holdfast postgres:",
    store: "postgres",
    side: "ours",
    durability: "power-loss",
    means: "a repository; one serializable transaction, synchronous_commit on",
    open: (place) => holdfastRepository(place.databaseUrl, place),
  },
  {
    name: "holdfast postgres: records",
    variant: "records",
    store: "postgres",
    side: "ours",
    durability: "power-loss",
    means: "the same without repositories and schemas",
    open: (place) => holdfastRecords(place.databaseUrl, place),
  },
  {
    name: "pg, pool of ten",
    store: "postgres",
    side: "limit",
    durability: "power-loss",
    means: "the named prepared statement into our tables, a serializable transaction of its own, synchronous_commit on",
    open: rawPostgres,
  },
];

const systems: readonly System[] = [...oursAndLimits, ...peers];

export function systemNamed(name: string): System {
  const found = systems.find((system) => system.name === name);
  if (found === undefined) throw new Error(`there is no system "${name}"`);
  return found;
}

/** @param withPeers or only what syncs each save: ours, and what the raw driver does by hand */
export function systemsOf(store: StoreName, withPeers: boolean): readonly System[] {
  const own = systems.filter((system) => system.store === store);
  return withPeers ? own : own.filter((system) => system.side !== "peer" && system.durability === "power-loss");
}
