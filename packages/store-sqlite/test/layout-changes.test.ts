import { join } from "node:path";

import { pruneLayout, systemStamps } from "@holdfast/core";
import type { DriverOptions, JsonObject, Store, WriteOp } from "@holdfast/core";
import { SqlDriver } from "@holdfast/store-sql";
import type { SqlConnections, Statement } from "@holdfast/store-sql";
import { backend, openSqliteStore } from "@holdfast/store-sqlite";
import { expect, test, vi } from "vitest";
import { index, model, oldModel, programsIn, type, unique, youngModel } from "@holdfast-tooling/sql-fixtures";

import { connectSqlite } from "../src/connections.ts";
import { sqliteDialect } from "../src/dialect.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const start = programsIn(join(import.meta.dirname, "programs"));

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = temporaryFolder();
const durability = "process-crash";

function put(name: string, id: string, body: JsonObject): WriteOp {
  return { put: { type: name, id, documentVersion: 1, body }, expect: "any" };
}

function warnings() {
  const told: JsonObject[] = [];
  const logger = { warn: (message: string, details: JsonObject = {}) => void told.push({ message, ...details }) };
  return { told, logger };
}

test("a fault that is found behind an open store is told, listed, refused by the next one, and can be mended", async () => {
  const path = join(folder, "fault.db");
  const old = await openSqliteStore(path, { model: oldModel, durability });
  await old.write(Array.from({ length: 10_500 }, (_each, at) => put("Job", `j${10_000 + at}`, { agent: "a" })));
  await old.write([put("Job", "z", { agent: "a", label: 5 })]);
  await old.close();
  const labelled = model(type("Job", { agent: "string", label: "string" }, [index("agent"), index("label")]));
  const { told, logger } = warnings();
  const store = await openSqliteStore(path, { model: labelled, durability, logger });
  await vi.waitFor(() => expect(told).toHaveLength(1), { timeout: 30_000 });
  expect(told[0]).toMatchObject({ code: "INVALID_ENTITY", count: 1, records: [{ type: "Job", id: "z" }] });
  await expect(store.count("Job", { label: "x" })).rejects.toMatchObject({ code: "LAYOUT_OUTDATED" });
  expect(await store.count("Job", { agent: "a" })).toBe(10_501);
  expect((await store.check()).problems).toMatchObject([{ kind: "layout", type: "Job", id: "z" }]);
  await store.close();

  await expect(openSqliteStore(path, { model: labelled })).rejects.toMatchObject({ code: "INVALID_ENTITY" });
  await using mending = await openSqliteStore(path, { model: oldModel, durability });
  expect(await mending.check()).toEqual({ ok: true, problems: [] });
  await mending.write([put("Job", "z", { agent: "a", label: "x" })]);
  await using mended = await openSqliteStore(path, { model: labelled, durability });
  expect(await vi.waitFor(() => mended.count("Job", { label: "x" }), { timeout: 30_000 })).toBe(1);
});

test("another program's model that the records do not bear is no obstacle to one that they do", async () => {
  const path = join(folder, "inherited.db");
  const old = await openSqliteStore(path, { model: oldModel, durability });
  await old.write(Array.from({ length: 10_500 }, (_each, at) => put("Job", `j${at}`, { agent: "a", code: "same" })));
  await old.close();
  const twins = model(type("Job", { agent: "string", code: "string" }, [index("agent"), unique("code")]));
  const { told, logger } = warnings();
  const faulty = await openSqliteStore(path, { model: twins, durability, logger });
  await vi.waitFor(() => expect(told).toMatchObject([{ code: "UNIQUE_VIOLATION", count: 10_500 }]), {
    timeout: 30_000,
  });
  await faulty.close();
  const store = await openSqliteStore(path, { model: youngModel, durability });
  expect(await vi.waitFor(() => store.count("Job", { label: "a!" }), { timeout: 30_000 })).toBe(10_500);
  await store.close();
  await using again = await openSqliteStore(path, { layout: "check" });
  expect(again.layout.types[0]?.fields.map(({ name }) => name)).toEqual(["agent", "label"]);
});

test("a process that uses what was pruned meanwhile is told so, and everything else of it works", async () => {
  const path = join(folder, "pruned.db");
  const wide = model(
    type("Job", { agent: "string", code: "string" }, [index("agent"), unique("code")]),
    type("Note", { text: "string" }, [index("text")]),
  );
  await using store: Store = await openSqliteStore(path, { model: wide, durability });
  await store.write([put("Job", "j", { agent: "a", code: "c" })]);
  const options = { model: oldModel };
  const preview = await pruneLayout({ driver: backend.driver(`sqlite:${path}`), options }, "preview");
  expect(preview.dropped).toEqual(['field "Job.code"', 'unique index "Job" (code)', 'type "Note"']);
  await pruneLayout({ driver: backend.driver(`sqlite:${path}`), options }, "apply");

  await expect(store.count("Job", { code: "c" })).rejects.toMatchObject({ code: "LAYOUT_OUTDATED" });
  await expect(store.count("Note", { text: "x" })).rejects.toMatchObject({ code: "LAYOUT_OUTDATED" });
  expect(await store.count("Job", { agent: "a" })).toBe(1);
  await store.write([put("Job", "k", { agent: "a", code: "c" }), put("Note", "n", { text: "x" })]);
  expect(await store.count("Note")).toBe(1);
  expect(await store.check()).toEqual({ ok: true, problems: [] });
});

test("a write is the first to meet what was pruned, and goes through", async () => {
  const path = join(folder, "pruned-write.db");
  const wide = model(oldModel.layout.types[0] ?? type("Job", {}), type("Note", { text: "string" }, [unique("text")]));
  await using store = await openSqliteStore(path, { model: wide, durability });
  await pruneLayout({ driver: backend.driver(`sqlite:${path}`), options: { model: oldModel } }, "apply");
  expect(await store.write([put("Note", "n", { text: "x" })])).toMatchObject([{ ok: true }]);
  expect((await store.get("Note", ["n"]))[0]).toMatchObject({ version: 1 });
});

test("processes that open a new file with two models at the same instant all get the one store", async () => {
  const path = join(folder, "either.db");
  const openers = ["old", "young", "old", "young"].map((name) => start("open-either.ts", path, name));
  expect(await Promise.all(openers.map((each) => each.nextLine()))).toEqual(Array(4).fill("done"));
  await using store = await openSqliteStore(path, { model: youngModel, durability });
  expect(store.layout).toEqual(youngModel.layout);
  await vi.waitFor(async () => expect(await store.count("Job", { label: "a1!" })).toBe(4), { timeout: 30_000 });
});

test("opening asks one statement and changes nothing where nothing is new", async () => {
  const path = join(folder, "asked.db");
  await (await openSqliteStore(path, { model: youngModel, durability })).close();
  const asked: string[] = [];
  const counting = async (options: DriverOptions): Promise<SqlConnections> => {
    const connections = await connectSqlite(path, options);
    const note = (statements: readonly Statement[]): void => void asked.push(...statements.map(({ sql }) => sql));
    return {
      guarantees: connections.guarantees,
      identity: connections.identity,
      read: (statements) => (note(statements), connections.read(statements)),
      lend: (mode, work, signal) => (asked.push(mode), connections.lend(mode, work, signal)),
      check: () => connections.check(),
      close: () => connections.close(),
    };
  };
  await using driver = new SqlDriver({ dialect: sqliteDialect, connect: counting });
  const logger = { warn: () => undefined };
  const rest = { durability, layout: "upgrade", access: "write", lockTimeoutMs: 0, busyTimeoutMs: 10_000 } as const;
  await driver.open(youngModel.layout, { ...rest, stamps: systemStamps, logger });
  expect(asked).toEqual([expect.stringMatching(/^select .* from "holdfast_epoch"/) as string]);
});
