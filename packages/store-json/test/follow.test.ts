import { eventLoopTurn } from "@holdfast/core";
import type { Driver } from "@holdfast/core";
import { SimulatedFs, systemError } from "@holdfast-tooling/simulated-fs";
import { beforeEach, expect, test } from "vitest";
import { aheadBytes, driverOn, feedLimits, notes, openOn, options, path, textsOf } from "./open-driver.ts";

let fs: SimulatedFs;
let writer: Driver;
let reader: Driver;
let bytesRead = 0;
const changedBy = new Set<string>();

/** The same files, as another process would use them; counts what is read, and notes what is changed. */
function counted(of: SimulatedFs): SimulatedFs {
  return new Proxy(of, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]): Promise<unknown> => {
        if (changing.has(String(name))) changedBy.add(String(name));
        const result: unknown = await Reflect.apply(method, target, args);
        return name === "openToRead" ? countedFile(result) : result;
      };
    },
  });
}

const changing = new Set(["create", "rename", "link", "remove", "cut", "syncFile", "syncFolder", "makeFolder"]);

function countedFile(file: unknown): unknown {
  if (typeof file !== "object" || file === null) throw new TypeError("no file");
  return new Proxy(file, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]): Promise<unknown> => {
        const result: unknown = await Reflect.apply(method, target, args);
        if (name === "read" && typeof result === "number") bytesRead += result;
        return result;
      };
    },
  });
}

beforeEach(async () => {
  fs = new SimulatedFs();
  writer = driverOn(fs);
  await writer.open({ types: [] }, options());
  bytesRead = 0;
  changedBy.clear();
});

/** The writer's store, as the reader sees it once what was written is marked as being on the medium. */
async function caughtUp(): Promise<void> {
  await expect.poll(() => textsOf(reader)).toEqual(await textsOf(writer));
}

async function isSame(): Promise<void> {
  expect(await reader.stats()).toEqual(await writer.stats());
  const all = { changes: 1_000, bytes: 1_000_000 };
  expect(await reader.changes("default", undefined, all)).toEqual(await writer.changes("default", undefined, all));
  expect(await reader.holds()).toEqual(await writer.holds());
}

test("a reader reads of a large store what is new, and not the rest again", async () => {
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`n${at}`, "x".repeat(100)]));
  await writer.apply(notes(many));
  await writer[Symbol.asyncDispose]();
  writer = await openOn(fs);
  reader = await openOn(counted(fs), { access: "read" });
  expect(bytesRead).toBeGreaterThan(400_000);
  bytesRead = 0;
  for (let round = 1; round <= 20; round++) {
    await writer.apply(notes({ [`n${round}`]: `changed ${round}` }));
    await reader.stats();
  }
  await caughtUp();
  expect(await reader.stats()).toEqual(await writer.stats());
  const written = fs.textOf(`${path}.journal.1`)?.length ?? 0;
  expect(bytesRead).toBeGreaterThanOrEqual(written);
  expect(bytesRead).toBeLessThan(4 * written);
  expect(bytesRead).toBeLessThan(30_000);
  expect([...changedBy]).toEqual([]);
});

test("a look that finds nothing new reads nothing of what is there but the zeros behind it", async () => {
  await writer.apply(notes({ a: "x".repeat(5_000) }));
  await writer.apply(notes({ a: "one" }));
  reader = await openOn(counted(fs), { access: "read" });
  await caughtUp();
  await reader.stats();
  bytesRead = 0;
  for (let look = 0; look < 5; look++) await reader.stats();
  expect(bytesRead).toBeGreaterThan(0);
  expect(bytesRead).toBeLessThanOrEqual(5 * aheadBytes);
});

test("a round is seen although it changes neither the size nor the time of the journal", async () => {
  await writer.apply(notes({ a: "one" }));
  reader = await openOn(counted(fs), { access: "read" });
  await caughtUp();
  const journal = `${path}.journal.0`;
  const before = await fs.facts(journal);
  await writer.apply(notes({ b: "two" }));
  expect(await fs.facts(journal)).toEqual(before);
  await caughtUp();
});

test("deletes, forgotten tombstones, holds and the order of changes are followed as they are written", async () => {
  reader = await openOn(counted(fs), { access: "read" });
  const key = { tenant: "default", type: "Note" } as const;
  await writer.apply(notes({ a: "one", b: "two", c: "three" }));
  await writer.apply([["b", "c"].map((id) => ({ kind: "delete", ...key, id, expect: "any" }) as const)]);
  await writer.apply(notes({ c: "again", a: "more" }));
  await caughtUp();
  await isSame();
  const { next: place } = await writer.changes("default", undefined, feedLimits);
  await writer.hold({ tenant: "default", name: "replica", since: 1, moved: 1, expires: 2, place });
  await writer.prune(Number.MAX_SAFE_INTEGER);
  await expect.poll(() => reader.stats()).toEqual(await writer.stats());
  await isSame();
  await writer.apply(notes({ b: "two" }));
  await caughtUp();
  await isSame();
});

test("across new snapshots and journals the reader goes on without reading the snapshot, as far as the rounds go on", async () => {
  await writer[Symbol.asyncDispose]();
  writer = driverOn(fs, 20_000);
  await writer.open({ types: [] }, options());
  reader = await openOn(counted(fs), { access: "read" });
  bytesRead = 0;
  const body = "x".repeat(500);
  for (let round = 1; round <= 200; round++) {
    await writer.apply(notes({ [`n${round % 60}`]: `${round} ${body}` }));
    await reader.stats();
  }
  const snapshots = fs.operations.filter(({ kind }) => kind === "link").length;
  expect(snapshots).toBeGreaterThan(2);
  const headers = snapshots * 64 * 1024;
  expect(bytesRead).toBeLessThan(2.5 * 200 * 850 + headers);
  await caughtUp();
  await isSame();
});

test("while the writer replaces the file again and again, a reader sees complete states, and never an older one", async () => {
  await writer[Symbol.asyncDispose]();
  fs.pause = () => new Promise((resolve) => setImmediate(resolve));
  writer = driverOn(fs, 1);
  await writer.open({ types: [] }, options());
  reader = await openOn(counted(fs), { access: "read" });
  let isDone = false;
  const writing = (async () => {
    for (let round = 1; round <= 300; round++) {
      await eventLoopTurn();
      const number = String(round).padStart(4, "0");
      await writer.apply(notes({ left: number, right: number, [`n${round % 7}`]: number }));
    }
    isDone = true;
  })();
  const seen: string[] = [];
  while (!isDone) {
    const { left, right } = await textsOf(reader);
    expect(left).toBe(right);
    seen.push(JSON.stringify(left ?? ""));
  }
  await writing;
  expect(seen).toEqual([...seen].sort());
  expect(new Set(seen).size).toBeGreaterThan(10);
  fs.pause = undefined;
  expect(fs.operations.filter(({ kind }) => kind === "link").length).toBeGreaterThan(10);
  await caughtUp();
  await isSame();
  expect([...changedBy]).toEqual([]);
});

test("a reader goes on behind a clean close, a new writer, a model that has grown and a round that failed", async () => {
  reader = await openOn(counted(fs), { access: "read" });
  await writer.apply(notes({ a: "one" }));
  await caughtUp();
  await writer[Symbol.asyncDispose]();
  expect(await textsOf(reader)).toEqual({ a: '{"text":"one"}' });
  writer = await openOn(fs);
  await writer.apply(notes({ b: "two" }));
  await caughtUp();
  await writer[Symbol.asyncDispose]();
  const fields = [{ name: "text", kind: "string" }] as const;
  const indexes = [{ fields: ["text"], unique: false }];
  const types = [{ type: "Note", schemaVersion: 1, fields, indexes, references: [] }];
  writer = await openOn(fs, {}, { types });
  await writer.apply(notes({ c: "three" }));
  await caughtUp();
  expect(await reader.count("default", "Note", { kind: "constant", value: true })).toBe(3);
  fs.fails = (operation) => (operation === "syncData" ? systemError("EIO") : undefined);
  await writer.apply(notes({ lost: "lost" })).catch(() => undefined);
  fs.fails = () => undefined;
  await writer.apply(notes({ d: "four" }));
  await caughtUp();
  await isSame();
});

test("a round that the reader could not take in is read again", async () => {
  reader = await openOn(counted(fs), { access: "read" });
  await writer.apply(notes({ a: "one" }));
  await caughtUp();
  await writer.apply(notes({ b: "two" }));
  fs.fails = (operation) => (operation === "read" ? systemError("EIO") : undefined);
  await expect(reader.stats()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  fs.fails = () => undefined;
  await caughtUp();
});
