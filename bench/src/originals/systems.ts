import { join } from "node:path";
import { holdfastItems } from "./holdfast-items.ts";
import type { System } from "./item-keeper.ts";
import { oneConnection } from "./one-connection.ts";
import { originalConnectionPerCall } from "./original-connection-per-call.ts";
import { originalJsonFile } from "./original-json-file.ts";

export const systems: readonly System[] = [
  {
    name: "original-json-file",
    side: "original",
    means: "whole file parsed and rewritten in place, fsync; an insert twice. A crash within a write tears the file",
    open: (folder) => Promise.resolve(originalJsonFile(join(folder, "original.json"))),
  },
  {
    name: "original-connection-per-call",
    side: "original",
    means:
      "SQLite connection opened, set up (WAL, synchronous FULL, foreign keys, tables), closed. Survives a power cut",
    open: (folder) => Promise.resolve(originalConnectionPerCall(join(folder, "original.db"))),
  },
  {
    name: "holdfast json:",
    side: "ours",
    means: "one record appended to the journal, fdatasync. Survives a power cut",
    open: (folder) => holdfastItems(`json:${join(folder, "ours.json")}`),
  },
  {
    name: "holdfast sqlite:",
    side: "ours",
    means: "one transaction, WAL, synchronous FULL. Survives a power cut",
    open: (folder) => holdfastItems(`sqlite:${join(folder, "ours.db")}`),
  },
  {
    name: "limit: one connection",
    side: "limit",
    means: "nothing but the statement, prepared, on a SQLite connection that stays open. Survives a power cut",
    open: (folder) => Promise.resolve(oneConnection(join(folder, "limit.db"))),
  },
];
