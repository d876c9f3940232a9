import { join } from "node:path";
import { once } from "node:events";

import { planLayout } from "@holdfast/core";
import type { Store, WriteOp } from "@holdfast/core";
import { backend, openPostgresStore } from "@holdfast/store-postgres";
import { Client, escapeIdentifier } from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { oldModel, programsIn, youngModel } from "@holdfast-tooling/sql-fixtures";

import { freshUrl } from "./fresh-url.ts";

const start = programsIn(join(import.meta.dirname, "programs"));

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const durability = "process-crash";
/** More than opening waits for. */
const jobs = 12_000;

function put(type: string, id: string, body: Readonly<Record<string, string>>): WriteOp {
  return { put: { type, id, documentVersion: 1, body }, expect: "any" };
}

async function fill(url: string): Promise<void> {
  await using store = await openPostgresStore(url, { model: oldModel, durability });
  const ops = Array.from({ length: jobs }, (_each, at) => put("Job", `j${at}`, { agent: `a${at % 10}` }));
  await store.write([...ops, put("Note", "n1", { text: "early" })]);
}

async function countLater(store: Store, type: string, where: Readonly<Record<string, string>>): Promise<number> {
  return vi.waitFor(() => store.count(type, where), { timeout: 30_000 });
}

test("a process that is killed while it brings records over leaves a store that works, and is gone on with", async () => {
  const url = freshUrl();
  await fill(url);
  const program = start("open-and-hold.ts", url);
  expect(await program.nextLine()).toBe("open with 2 types");
  program.child.kill("SIGKILL");
  await once(program.child, "exit");

  await using old = await openPostgresStore(url, { model: oldModel, durability });
  expect(old.layout).toEqual(oldModel.layout);
  await old.write([put("Job", "j11999", { agent: "a99" }), put("Note", "n2", { text: "late" })]);
  expect([await old.count("Job", { agent: "a99" }), await old.count("Note")]).toEqual([1, 2]);
  await expect(openPostgresStore(url, { model: youngModel, layout: "check" })).rejects.toMatchObject({
    code: "LAYOUT_OUTDATED",
  });

  await using store = await openPostgresStore(url, { model: youngModel, durability });
  expect(await countLater(store, "Job", { label: "a9!" })).toBe(1_199);
  await vi.waitFor(async () => expect(await store.count("Job", { label: "a99!" })).toBe(1), { timeout: 30_000 });
  expect(await store.count("Note", { text: "late" })).toBe(1);
  expect(await store.check()).toEqual({ ok: true, problems: [] });
});

test("stores of both models read, write and delete while two of them bring records over", async () => {
  const url = freshUrl();
  await fill(url);
  await using old = await openPostgresStore(url, { model: oldModel, durability });
  let isOver = false;
  const kept = new Map<string, string>();
  const writing = [0, 1].map(async (lane) => {
    for (let at = 0; !isOver; at++) {
      const id = `j${((at * 7_919) % jobs) - ((at * 7_919) % 2) + lane}`;
      await old.write([put("Job", id, { agent: `b${at % 10}` }), put("Note", `m${lane}-${at}`, { text: "new" })]);
      kept.set(id, `b${at % 10}!`);
    }
  });
  const [one, two] = await Promise.all([
    openPostgresStore(url, { model: youngModel, durability }),
    openPostgresStore(url, { model: youngModel, durability }),
  ]);
  await using first = one;
  await using second = two;
  expect(await countLater(first, "Job", { label: "nobody!" })).toBe(0);
  isOver = true;
  await Promise.all(writing);
  expect(await countLater(second, "Job", { label: "nobody!" })).toBe(0);
  await second.close();
  await using last = await openPostgresStore(url, { model: youngModel, durability });
  const wanted = [...kept.values()].filter((label) => label === "b3!").length;
  await vi.waitFor(async () => expect(await last.count("Job", { label: "b3!" })).toBe(wanted), { timeout: 30_000 });
  expect(await last.count("Job")).toBe(jobs);
  expect(await last.check()).toEqual({ ok: true, problems: [] });
});

test("processes that open a new place with two models at the same instant all get the one store", async () => {
  const url = freshUrl();
  const openers = ["old", "young", "old", "young"].map((model) => start("open-and-write.ts", url, model));
  expect(await Promise.all(openers.map((each) => each.nextLine()))).toEqual(Array(4).fill("done"));
  await using store = await openPostgresStore(url, { model: youngModel, durability });
  expect(store.layout).toEqual(youngModel.layout);
  await vi.waitFor(async () => expect(await store.count("Job", { label: "a1!" })).toBe(4), { timeout: 30_000 });
});

test("opening asks at most three statements and changes nothing where nothing is new", async () => {
  const url = freshUrl();
  await (await openPostgresStore(url, { model: youngModel, durability })).close();
  const asked = vi.spyOn(Client.prototype, "query");
  try {
    await (await openPostgresStore(url, { model: youngModel, durability })).close();
    const texts = asked.mock.calls.map(([query]: readonly unknown[]) => JSON.stringify(query));
    expect(texts.length).toBeLessThanOrEqual(3);
    expect(texts.filter((text) => !/^("|\{"text":")select /.test(text))).toEqual([]);
    expect(texts.at(-1)).toContain("holdfast_epoch");
  } finally {
    asked.mockRestore();
  }
});

/** A role that may read and write rows, and nothing else; it goes with the test. */
async function appUrl(admin: Client, url: string): Promise<string> {
  const role = `holdfast_app_${process.pid}_${++roles}`;
  const schema = escapeIdentifier(new URL(url).searchParams.get("schema") ?? "");
  await admin.query(`create schema if not exists ${schema};
    create role ${role} login password 'app';
    grant usage on schema ${schema} to ${role};
    grant select, insert, update, delete on all tables in schema ${schema} to ${role};
    alter default privileges in schema ${schema} grant select, insert, update, delete on tables to ${role}`);
  onTestFinished(async () => {
    await admin.query(`drop owned by ${role}; drop role ${role}`);
    await admin.end();
  });
  const app = new URL(url);
  app.username = role;
  app.password = "app";
  return app.href;
}

let roles = 0;

async function connectAdmin(url: string): Promise<Client> {
  const admin = new Client({ connectionString: url });
  await admin.connect();
  return admin;
}

test("a role that may not change tables works once somebody else has opened the store with the model", async () => {
  const url = freshUrl();
  const admin = await connectAdmin(url);
  await (await openPostgresStore(url, { model: oldModel, durability })).close();
  const app = await appUrl(admin, url);

  await using old = await openPostgresStore(app, { model: oldModel, durability });
  await old.write([put("Job", "j", { agent: "a" }), put("Note", "n", { text: "x" })]);
  await old.transaction((session) => session.write([{ delete: { type: "Job", id: "k" }, expect: "any" }]));
  expect(await old.count("Job", { agent: "a" })).toBe(1);
  await expect(openPostgresStore(app, { model: youngModel, durability })).rejects.toMatchObject({
    code: "LAYOUT_OUTDATED",
    message: expect.stringContaining("--print") as string,
  });
  expect(await old.count("Note")).toBe(1);

  await (await openPostgresStore(url, { model: youngModel, durability })).close();
  await using young = await openPostgresStore(app, { model: youngModel, durability });
  expect([await young.count("Job", { label: "a!" }), await young.count("Note", { text: "x" })]).toEqual([1, 1]);
  await young.write([put("Note", "m", { text: "y" }), { delete: { type: "Note", id: "n" }, expect: "present" }]);
  expect(await young.count("Note", { text: "y" })).toBe(1);
  expect((await young.check()).problems.filter(({ kind }) => kind !== "settings")).toEqual([]);
});

test("a role that may not change tables works once an administrator has run the statements of each plan", async () => {
  const url = freshUrl();
  const admin = await connectAdmin(url);
  const app = await appUrl(admin, url);
  const plan = (model: typeof youngModel) => planLayout({ driver: backend.driver(app), options: { model } });
  const run = async (model: typeof youngModel): Promise<number> => {
    const statements = (await plan(model)) ?? [];
    await admin.query(statements.join(";\n"));
    return statements.length;
  };
  const older = { ...oldModel, lift: youngModel.lift };

  await expect(openPostgresStore(app, { model: oldModel, durability })).rejects.toMatchObject({
    code: "LAYOUT_OUTDATED",
  });
  expect(await run(older)).toBeGreaterThan(0);
  expect(await plan(older)).toEqual([]);
  await using old = await openPostgresStore(app, { model: oldModel, durability });
  await old.write([put("Job", "j", { agent: "it's" }), put("Note", "n", { text: "x" })]);

  expect(await run(youngModel)).toBeGreaterThan(0);
  expect(await plan(youngModel)).toEqual([]);
  await expect(openPostgresStore(app, { model: youngModel, durability })).rejects.toMatchObject({
    code: "LAYOUT_OUTDATED",
  });
  expect(await run(youngModel)).toBeGreaterThan(0);
  await using young = await openPostgresStore(app, { model: youngModel, durability });
  expect([await young.count("Job", { label: "it's!" }), await young.count("Note", { text: "x" })]).toEqual([1, 1]);
  expect(await plan(youngModel)).toEqual([]);
  expect((await young.check()).problems.filter(({ kind }) => kind !== "settings")).toEqual([]);
});
