import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { openSqliteStore } from "@holdfast/store-sqlite";
import Database from "better-sqlite3";
import { describe, expect, test, vi } from "vitest";
import { programsIn } from "@holdfast-tooling/sql-fixtures";

import { temporaryFolder } from "./temporary-folder.ts";

const start = programsIn(join(import.meta.dirname, "programs"));

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = temporaryFolder();

function note(id: string) {
  return { put: { type: "Note", id, documentVersion: 1, body: {} }, expect: "any" } as const;
}

/** How often a timer came to its turn before something settled, and what that threw. */
async function turnsDuring(
  work: () => Promise<unknown>,
): Promise<{ readonly turns: number; readonly thrown: unknown }> {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const thrown = await work().then(
    () => undefined,
    (error: unknown) => error,
  );
  clearInterval(timer);
  return { turns, thrown };
}

describe("while another process holds the write lock", () => {
  test("a write waits without holding up the event loop, and goes on when the lock is free", async () => {
    const path = join(folder, "waits.db");
    await using store = await openSqliteStore(path);
    const holder = start("hold-lock.ts", path);
    expect(await holder.nextLine()).toBe("held");

    let isWaiting = true;
    const written = store.write([note("a")]).finally(() => (isWaiting = false));
    // A wait that held the thread would be over, and have failed, before the first of these.
    for (let turn = 0; turn < 50; turn++) await delay(1);
    expect(isWaiting).toBe(true);
    expect(await store.count("Note")).toBe(0);

    holder.child.stdin.end();
    expect(await written).toMatchObject([{ ok: true }]);
  });

  test("a write gives up after busyTimeoutMs, retryable and with nothing applied; timers ran meanwhile", async () => {
    const path = join(folder, "gives-up.db");
    await using store = await openSqliteStore(path, { busyTimeoutMs: 200 });
    const holder = start("hold-lock.ts", path);
    expect(await holder.nextLine()).toBe("held");
    const ours = await turnsDuring(() => store.write([note("a")]));
    expect(ours.thrown).toMatchObject({ code: "STORE_BUSY", retryable: true, outcome: "none" });

    const raw = new Database(path, { timeout: 200 });
    const theirs = await turnsDuring(async () => raw.exec("begin immediate"));
    raw.close();
    expect(theirs.thrown).toMatchObject({ code: "SQLITE_BUSY" });
    expect(theirs.turns).toBe(0);
    expect(ours.turns).toBeGreaterThanOrEqual(3);
  });

  test("opening waits for it as well", async () => {
    const path = join(folder, "opens.db");
    await (await openSqliteStore(path)).close();
    const holder = start("hold-lock.ts", path);
    expect(await holder.nextLine()).toBe("held");
    const fields = [{ name: "text", kind: "string" }] as const;
    const types = [{ type: "Note", schemaVersion: 1, fields, indexes: [], references: [] }];
    const opening = openSqliteStore(path, { model: { layout: { types } } });
    expect(await Promise.race([opening.then(() => "open"), delay(100, "waiting")])).toBe("waiting");
    holder.child.stdin.end();
    await using store = await opening;
    expect(store.layout.types).toHaveLength(1);
  });
});

test("a transaction that is to write keeps other writers out from its first read on", async () => {
  const path = join(folder, "first-read.db");
  await using store = await openSqliteStore(path);
  const other = new Database(path, { timeout: 0 });
  let runs = 0;
  await store.transaction(async (session) => {
    runs += 1;
    await session.count("Note");
    expect(() => other.exec("begin immediate")).toThrow("database is locked");
    await session.write([note("a")]);
  });
  other.exec("begin immediate; rollback");
  other.close();
  expect(runs).toBe(1);
});

test("four processes that open a new file at once all get the one store", async () => {
  const path = join(folder, "at-once.db");
  const openers = Array.from({ length: 4 }, () => start("open-and-write.ts", path));
  expect(await Promise.all(openers.map((each) => each.nextLine()))).toEqual(Array(4).fill("done"));
  await using store = await openSqliteStore(path);
  expect(store.layout.types.map(({ type }) => type)).toEqual(["Note"]);
  expect(await store.count("Note")).toBe(4);
});

test("eight processes that write all the time come to it about equally often, and none gives up", async () => {
  const path = join(folder, "in-turn.db");
  const names = Array.from({ length: 8 }, (_, at) => `w${at}`);
  const writers = names.map((name) => start("write-in-turn.ts", path, name));
  for (const writer of writers) expect(await writer.nextLine()).toBe("open");
  for (const writer of writers) writer.child.stdin.write("go\n");
  const [early, all] = [80, 480];
  let told = 0;
  const listen = async (writer: (typeof writers)[number]): Promise<void> => {
    for (; told < all; told++) expect(await writer.nextLine()).toBe("written");
  };
  await Promise.all(writers.map(listen));
  for (const { child } of writers) child.kill("SIGKILL");
  // The order of insertion is the order in which the writers had their turns.
  await using store = await openSqliteStore(path);
  const { records } = await store.find({ type: "Turn", limit: all });
  const turns = records.slice(early).map(({ body }) => body["by"]);
  const counts = names.map((name) => turns.filter((by) => by === name).length);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual((all - early) / names.length / 4);
});

test("every write that a killed process had acknowledged is there, and no batch in part", async () => {
  for (let round = 0; round < 3; round++) {
    const path = join(folder, `killed-${round}.db`);
    const writer = start("write-batches.ts", path);
    let acknowledged = 0;
    while (acknowledged < 20 + round * 7) acknowledged = Number(await writer.nextLine());
    writer.child.kill("SIGKILL");
    await once(writer.child, "exit");
    await using store = await openSqliteStore(path);
    const count = await store.count("Note");
    expect(count % 10).toBe(0);
    expect(count).toBeGreaterThanOrEqual(acknowledged * 10);
    expect(await store.check()).toEqual({ ok: true, problems: [] });
  }
});
