import type { Session, SessionOptions } from "./session.ts";

/** What a program does with a store, from a disk on which there is none. */
export interface Script {
  readonly name: string;
  /** How large a journal grows at least before it is folded. In bytes. */
  readonly foldBytes: SessionOptions["foldBytes"];
  readonly run: (session: Session) => Promise<void>;
}

const never = Number.MAX_SAFE_INTEGER;
const long = "x".repeat(700);

/** One script for each thing that a store does with its files. */
export const scripts: readonly Script[] = [
  {
    name: "a new store, saves, deletes and a clean close",
    foldBytes: never,
    run: async (session) => {
      await session.open();
      await session.write({ a: "one" });
      await session.write({ a: "two", b: "one" });
      await session.rest();
      await session.write({ a: undefined });
      await session.close();
      await session.write({ c: long });
      await session.close();
    },
  },
  {
    name: "batches in several tenants, some at once",
    foldBytes: never,
    run: async (session) => {
      await session.write({ "left/a": long, "right/a": long });
      await Promise.all([
        session.write({ "left/a": "two", "right/a": "two" }, { "left/b": "one" }),
        session.write({ "left/a": undefined, "right/b": long }),
        session.write({ "other/c": "three", "left/a": "again" }),
      ]);
      await session.prune();
      await session.rest();
      await session.close();
    },
  },
  {
    name: "rounds of several sectors",
    foldBytes: never,
    run: async (session) => {
      await session.write({ a: "y".repeat(2_500) });
      await session.write({ a: long, b: "z".repeat(2_000) });
      await session.write({ a: "short" });
      await session.close();
    },
  },
  {
    name: "compaction beside writers",
    foldBytes: 1,
    run: async (session) => {
      await session.open();
      for (let round = 1; round <= 7; round++) await session.write({ [`n${round % 3}`]: `round ${round}` });
      await Promise.all([1, 2, 3].map((each) => session.write({ [`m${each}`]: long })));
      await session.settle();
      await session.write({ n1: undefined });
      await session.settle();
      await session.close();
    },
  },
  {
    name: "a process that is killed, and the next ones",
    foldBytes: 600,
    run: async (session) => {
      await session.write({ a: "one" });
      await session.write({ b: long });
      session.kill();
      await session.write({ a: "two" });
      void session.write({ c: "never heard of again" });
      for (let turn = 0; turn < 60; turn++) await Promise.resolve();
      session.kill();
      await session.write({ d: "four" });
      await session.write({ d: undefined });
      await session.settle();
      session.kill();
      await session.open();
      await session.close();
    },
  },
];
