import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Store } from "@holdfast/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { storesUnderTest } from "@holdfast-tooling/stores";

const program = fileURLToPath(new URL("writing-process.ts", import.meta.url));
const node = ["--conditions=holdfast-source", "--no-warnings", program];
/** Only hints can wake a follower that looks so seldom. */
const pollMs = 3_600_000;

/** A process of its own with the store at a URL, which writes a record when it is told to. */
async function startWriter(url: string) {
  const child = spawn(process.execPath, [...node, url], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe("open");
  return {
    async write(id: string): Promise<void> {
      child.stdin.write(`${id}\n`);
      expect((await lines.next()).value).toBe(id);
    },
  };
}

/** The ids of the records that a follower is given, in turn. */
async function* followedIds(store: Store, signal: AbortSignal): AsyncGenerator<string, void> {
  for await (const { changes } of store.changes(undefined, { follow: true, signal })) {
    for (const change of changes) if (change.kind === "put") yield change.record.id;
  }
}

async function expectWoken(store: Store, url: string): Promise<void> {
  const writer = await startWriter(url);
  const stop = new AbortController();
  const followed = followedIds(store, stop.signal);
  for (const id of ["a", "b", "c"]) {
    const next = followed.next();
    await writer.write(id);
    expect(await next).toEqual({ done: false, value: id });
  }
  stop.abort();
  expect(await followed.next()).toEqual({ done: true, value: undefined });
}

const stores = storesUnderTest();

describe.each(stores.filter(({ sharable }) => sharable))("a follower of a $name store", ({ open, urlOf }) => {
  test("is woken by what another process commits, long before it looks by itself", async () => {
    await using store = await open({ pollMs });
    expect(store.guarantees.hints).not.toBe("poll");
    await expectWoken(store, urlOf(store));
  });
});

describe.each(stores.filter(({ sharable, reopen }) => !sharable && reopen !== undefined))(
  "a follower of a $name store that was opened for reading",
  ({ open, reopen, urlOf }) => {
    test("is woken by what the writing process saves, long before it looks by itself", async () => {
      const made = await open({});
      await made.close();
      const reader = await reopen?.(made, { pollMs, access: "read" });
      if (reader === undefined) throw new Error("the store can be opened again");
      await using store = reader;
      expect(store.guarantees.hints).toBe("watch");
      await expectWoken(store, urlOf(made));
    });
  },
);
