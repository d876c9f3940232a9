import type { Counts } from "./counters.ts";
import type { OperationName } from "./operations.ts";

export const countedStores = ["memory", "json", "sqlite", "postgres"] as const;
export type CountedStore = (typeof countedStores)[number];

/** What an operation may ask for at most; what is not named, it must not ask for at all. */
export interface Bound {
  readonly operation: OperationName;
  readonly most: Partial<Counts>;
  readonly because: string;
}

const inMemory = "the records are in memory";
const oneRead = "one read of the driver";
const oneRound = "one round of the driver";

/** Of promises a quarter more than there are: an `await` more is welcome where it is worth it, one for each of many is not. */
export const bounds: Readonly<Record<CountedStore, readonly Bound[]>> = {
  memory: [
    { operation: "save", most: { rounds: 1, promises: 43 }, because: oneRound },
    { operation: "saveMany of 100", most: { rounds: 1, promises: 43 }, because: `${oneRound}, whatever the number` },
    {
      operation: "64 saves together",
      most: { rounds: 1, promises: 830 },
      because: "what waits together shares a round",
    },
    { operation: "get", most: { reads: 1, promises: 5 }, because: oneRead },
    { operation: "getMany of 100", most: { reads: 1, promises: 8 }, because: `${oneRead}, whatever the number` },
    {
      operation: "64 gets together",
      most: { reads: 64, promises: 323 },
      because: inMemory,
    },
    { operation: "page of 50", most: { reads: 1, promises: 30 }, because: oneRead },
    { operation: "children of one", most: { reads: 1, promises: 30 }, because: oneRead },
    {
      operation: "transition",
      most: { rounds: 1, reads: 1, promises: 55 },
      because: "one read, and one round that expects what was read",
    },
    {
      operation: "64 transitions of one together",
      most: { rounds: 1, reads: 1, promises: 1_712 },
      because: "one read; each goes on from what the one before writes, and all share a round",
    },
  ],
  json: [
    {
      operation: "save",
      most: { rounds: 1, syncs: 1, writes: 1, promises: 54 },
      because: "one record at the journal's end, one sync",
    },
    {
      operation: "saveMany of 100",
      most: { rounds: 1, syncs: 1, writes: 1, promises: 77 },
      because: "all records in one write, one sync",
    },
    {
      operation: "64 saves together",
      most: { rounds: 1, syncs: 1, writes: 1, promises: 842 },
      because: "what waits together shares a write and a sync",
    },
    { operation: "get", most: { reads: 1, promises: 5 }, because: inMemory },
    { operation: "getMany of 100", most: { reads: 1, promises: 8 }, because: inMemory },
    { operation: "64 gets together", most: { reads: 64, promises: 323 }, because: inMemory },
    { operation: "page of 50", most: { reads: 1, promises: 30 }, because: inMemory },
    { operation: "children of one", most: { reads: 1, promises: 30 }, because: inMemory },
    {
      operation: "transition",
      most: { rounds: 1, reads: 1, syncs: 1, writes: 1, promises: 67 },
      because: "a read in memory, then as a save",
    },
    {
      operation: "64 transitions of one together",
      most: { rounds: 1, reads: 1, syncs: 1, writes: 1, promises: 1_737 },
      because: "one read; each goes on from what the one before writes, and all share a round",
    },
    {
      operation: "open to the first get",
      most: { reads: 1, syncs: 2, promises: 579 },
      because: "the lock's name and the folder are synced; nothing is written",
    },
  ],
  sqlite: [
    {
      operation: "save",
      most: { rounds: 1, statements: 4, promises: 19 },
      because: "begin, the record put if all is as expected, the clock, commit",
    },
    {
      operation: "saveMany of 100",
      most: { rounds: 1, statements: 106, promises: 63 },
      because: "a statement for each record more, the rest once",
    },
    {
      operation: "64 saves together",
      most: { rounds: 1, statements: 70, promises: 850 },
      because: "one transaction: a statement for each record more",
    },
    { operation: "get", most: { reads: 1, statements: 1, promises: 5 }, because: "one select by the key" },
    { operation: "getMany of 100", most: { reads: 1, statements: 1, promises: 8 }, because: "one select by the keys" },
    {
      operation: "64 gets together",
      most: { reads: 2, statements: 2, promises: 563 },
      because: "the first goes at once, the others share a select",
    },
    { operation: "page of 50", most: { reads: 1, statements: 1, promises: 28 }, because: "one select with a limit" },
    {
      operation: "children of one",
      most: { reads: 1, statements: 1, promises: 28 },
      because: "one select by the index",
    },
    {
      operation: "transition",
      most: { rounds: 1, reads: 1, statements: 5, promises: 32 },
      because: "a select, then as a save",
    },
    {
      operation: "64 transitions of one together",
      most: { rounds: 1, reads: 1, statements: 8, promises: 1_732 },
      because: "one read; each goes on from what the one before writes, and all share a round",
    },
    {
      operation: "open to the first get",
      most: { reads: 1, statements: 3, settings: 21, promises: 312 },
      because: "the file's owner, the stored model, and the get; both connections ask their settings back",
    },
  ],
  postgres: [
    {
      operation: "save",
      most: { rounds: 1, statements: 1, answers: 1, promises: 73 },
      because: "one statement reads, decides, puts the record and commits",
    },
    {
      operation: "saveMany of 100",
      most: { rounds: 1, statements: 6, answers: 6, promises: 107 },
      because: "begin, the state of the store, the records, their tombstones, all put by one statement, commit",
    },
    {
      operation: "64 saves together",
      most: { statements: 6, answers: 6, promises: 880 },
      because: "two halves in turn: each begins, is put by one statement, and commits",
    },
    { operation: "get", most: { reads: 1, statements: 1, answers: 1, promises: 50 }, because: "one select by the key" },
    {
      operation: "getMany of 100",
      most: { reads: 1, statements: 1, answers: 1, promises: 56 },
      because: "one select by the keys",
    },
    {
      operation: "64 gets together",
      most: { reads: 2, statements: 2, answers: 2, promises: 653 },
      because: "the first goes at once, the others share a select",
    },
    {
      operation: "page of 50",
      most: { reads: 1, statements: 1, answers: 1, promises: 54 },
      because: "one select with a limit",
    },
    {
      operation: "children of one",
      most: { reads: 1, statements: 1, answers: 1, promises: 54 },
      because: "one select by the index",
    },
    {
      operation: "transition",
      most: { rounds: 1, reads: 1, statements: 2, answers: 2, promises: 132 },
      because: "a select, then as a save",
    },
    {
      operation: "64 transitions of one together",
      most: { rounds: 1, reads: 1, statements: 6, answers: 6, promises: 1_780 },
      because: "one read; each goes on from what the one before writes, and all share a round",
    },
    {
      operation: "open to the first get",
      most: { reads: 1, statements: 4, answers: 5, promises: 297 },
      because: "who and where the server is in two, the stored model, the get; a first answer as it connects",
    },
  ],
};
