import { once } from "node:events";
import { join } from "node:path";

import type { Store, WriteOp } from "@holdfast/core";
import { openSqliteStore } from "@holdfast/store-sqlite";
import Database from "better-sqlite3";
import { expect, test, vi } from "vitest";
import { oldModel, programsIn, youngModel } from "@holdfast-tooling/sql-fixtures";

import { temporaryFolder } from "./temporary-folder.ts";

const start = programsIn(join(import.meta.dirname, "programs"));

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = temporaryFolder();
const durability = "process-crash";

/** More than opening waits for. */
const jobs = 12_000;

function put(type: string, id: string, body: Readonly<Record<string, string>>): WriteOp {
  return { put: { type, id, documentVersion: 1, body }, expect: "any" };
}

async function fill(path: string): Promise<void> {
  await using store = await openSqliteStore(path, { model: oldModel, durability });
  const ops = Array.from({ length: jobs }, (_each, at) => put("Job", `j${at}`, { agent: `a${at % 10}` }));
  await store.write([...ops, put("Note", "n1", { text: "early" }), put("Note", "n2", { text: "gone" })]);
  await store.write([{ delete: { type: "Note", id: "n2" }, expect: "present" }]);
}

/** Keeps the store's writer until it is let go, and so everything that is left of a rewrite. */
async function holdWriter(store: Store): Promise<() => Promise<void>> {
  const end = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const holding = store.transaction(async () => {
    held.resolve();
    await end.promise;
  });
  await Promise.race([held.promise, holding]);
  return async () => {
    end.resolve();
    await holding;
  };
}

async function countLater(store: Store, type: string, where: Readonly<Record<string, string>>): Promise<number> {
  return vi.waitFor(() => store.count(type, where), { timeout: 30_000 });
}

test("while records are brought over, only queries on what is new are refused", async () => {
  const path = join(folder, "under-way.db");
  await fill(path);
  await using store = await openSqliteStore(path, { model: youngModel, durability });
  const letGo = await holdWriter(store);
  await using old = await openSqliteStore(path, { model: oldModel, durability });
  await expect(store.count("Job", { label: "a3!" })).rejects.toMatchObject({ code: "LAYOUT_OUTDATED" });
  await expect(store.find({ type: "Note", where: { text: "early" } })).rejects.toMatchObject({
    code: "LAYOUT_OUTDATED",
  });
  expect([await store.count("Job", { agent: "a3" }), await old.count("Job", { agent: "a3" })]).toEqual([1_200, 1_200]);
  expect((await store.get("Note", ["n1", "n2"])).map((record) => record?.version)).toEqual([1, undefined]);
  expect((await store.stats()).records).toBe(jobs + 1);
  await expect(openSqliteStore(path, { model: youngModel, layout: "check" })).rejects.toMatchObject({
    code: "LAYOUT_OUTDATED",
  });
  const writes = [
    store.write([put("Job", "j7", { agent: "a99" }), put("Note", "n3", { text: "late" })]),
    old.write([put("Note", "n4", { text: "late" }), { delete: { type: "Job", id: "j8" }, expect: "present" }]),
  ];
  await letGo();
  await Promise.all(writes);
  expect(await countLater(store, "Job", { label: "a7!" })).toBe(1_199);
  expect(await store.count("Job", { label: "a8!" })).toBe(1_199);
  await vi.waitFor(async () => expect(await store.count("Job", { label: "a99!" })).toBe(1), { timeout: 30_000 });
  const late = (await store.find({ type: "Note", where: { text: "late" } })).records;
  // Either of two stores may have the writer first.
  expect(late.map(({ id }) => id).toSorted()).toEqual(["n3", "n4"]);
  expect(await store.check()).toEqual({ ok: true, problems: [] });
  expect((await old.get("Job", ["j1"]))[0]).toMatchObject({ version: 1, documentVersion: 1, body: { agent: "a1" } });
});

test("a process that is killed while it brings records over leaves a store that works, and is gone on with", async () => {
  const path = join(folder, "killed.db");
  await fill(path);
  const program = start("open-and-hold.ts", path);
  expect(await program.nextLine()).toBe("open");
  program.child.kill("SIGKILL");
  await once(program.child, "exit");

  const database = new Database(path, { readonly: true });
  const left = database.prepare("select _type, kind, place from holdfast_work order by _type").all();
  database.close();
  expect(left).toMatchObject([
    { _type: "Job", kind: "fill" },
    { _type: "Note", kind: "move", place: null },
  ]);

  const old = await openSqliteStore(path, { model: oldModel, durability });
  await old.write([put("Job", "j11999", { agent: "a99" }), put("Note", "n5", { text: "late" })]);
  expect(await old.count("Job", { agent: "a99" })).toBe(1);
  expect(await old.count("Note")).toBe(2);
  await old.close();

  await using store = await openSqliteStore(path, { model: youngModel, durability });
  expect(await store.count("Job", { label: "a9!" })).toBe(1_199);
  await vi.waitFor(async () => expect(await store.count("Job", { label: "a99!" })).toBe(1), { timeout: 30_000 });
  expect(await store.count("Note", { text: { in: ["early", "late"] } })).toBe(2);
  expect(await store.check()).toEqual({ ok: true, problems: [] });
});

test("closing a store stops what it brings over behind a transaction, and the next one goes on", async () => {
  const path = join(folder, "closed.db");
  await fill(path);
  const store = await openSqliteStore(path, { model: youngModel, durability });
  const letGo = await holdWriter(store);
  const closing = store.close();
  await letGo();
  await closing;
  await using again = await openSqliteStore(path, { model: youngModel, durability });
  expect(await again.count("Job", { label: "a3!" })).toBe(1_200);
  expect(await again.check()).toEqual({ ok: true, problems: [] });
});

test("two stores that bring the same records over at once do no harm", async () => {
  const path = join(folder, "two.db");
  await fill(path);
  const [first, second] = await Promise.all([
    openSqliteStore(path, { model: youngModel, durability }),
    openSqliteStore(path, { model: youngModel, durability }),
  ]);
  await using one = first;
  await using two = second;
  expect(await countLater(one, "Job", { label: "a3!" })).toBe(1_200);
  expect(await countLater(two, "Job", { label: "a4!" })).toBe(1_200);
  expect(await two.check()).toEqual({ ok: true, problems: [] });
});

test("rows that were brought over and not yet cleaned up behind are seen by nobody, and go", async () => {
  const path = join(folder, "leftovers.db");
  const first = await openSqliteStore(path, { model: youngModel, durability });
  await first.write([put("Note", "n1", { text: "x" })]);
  await first.close();
  const database = new Database(path);
  database.exec(`
    insert into holdfast_records
      (_tenant, _type, _id, _version, _document_version, _created, _updated, _change, _body)
      select _tenant, 'Note', _id, _version, _document_version, _created, _updated, _change, _body from "Note";
    insert into holdfast_work (_type, kind) values ('Note', 'clean');
  `);

  const checking = await openSqliteStore(path, { model: youngModel, layout: "check", durability });
  const seen: string[] = [];
  for await (const { changes } of checking.changes()) {
    seen.push(...changes.map((change) => (change.kind === "put" ? change.record.id : "deleted")));
  }
  expect(seen).toEqual(["n1"]);
  expect((await checking.stats()).records).toBe(1);
  expect(await checking.check()).toEqual({ ok: true, problems: [] });
  await checking.close();

  await using store = await openSqliteStore(path, { model: youngModel, durability });
  const left = database.prepare(
    "select (select count(*) from holdfast_records) + (select count(*) from holdfast_work)",
  );
  await vi.waitFor(() => expect(left.pluck().get()).toBe(0), { timeout: 30_000 });
  expect((await store.stats()).records).toBe(1);
  database.close();
});
