import { once } from "node:events";

import type { Store, WriteOp } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";
import { Client, escapeIdentifier } from "pg";
import { expect, test, vi } from "vitest";

import { freshUrl } from "./fresh-url.ts";
import { start } from "./start-program.ts";
import { oldModel, youngModel } from "./two-models.ts";

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

test("a role that may not change tables works once somebody else has opened the store with the model", async () => {
  const url = freshUrl();
  const role = `holdfast_app_${process.pid}`;
  const schema = escapeIdentifier(new URL(url).searchParams.get("schema") ?? "");
  const admin = new Client({ connectionString: url });
  await admin.connect();
  try {
    await (await openPostgresStore(url, { model: oldModel, durability })).close();
    await admin.query(`create role ${role} login password 'app';
      grant usage on schema ${schema} to ${role};
      grant select, insert, update, delete on all tables in schema ${schema} to ${role};
      alter default privileges in schema ${schema} grant select, insert, update, delete on tables to ${role}`);
    const app = new URL(url);
    app.username = role;
    app.password = "app";

    await using old = await openPostgresStore(app.href, { model: oldModel, durability });
    await old.write([put("Job", "j", { agent: "a" }), put("Note", "n", { text: "x" })]);
    await old.transaction((session) => session.write([{ delete: { type: "Job", id: "k" }, expect: "any" }]));
    expect(await old.count("Job", { agent: "a" })).toBe(1);
    await expect(openPostgresStore(app.href, { model: youngModel, durability })).rejects.toMatchObject({
      code: "LAYOUT_OUTDATED",
      message: expect.stringContaining("--print") as string,
    });
    expect(await old.count("Note")).toBe(1);

    await (await openPostgresStore(url, { model: youngModel, durability })).close();
    await using young = await openPostgresStore(app.href, { model: youngModel, durability });
    expect([await young.count("Job", { label: "a!" }), await young.count("Note", { text: "x" })]).toEqual([1, 1]);
    await young.write([put("Note", "m", { text: "y" }), { delete: { type: "Note", id: "n" }, expect: "present" }]);
    expect(await young.count("Note", { text: "y" })).toBe(1);
    expect((await young.check()).problems.filter(({ kind }) => kind !== "settings")).toEqual([]);
  } finally {
    await admin.query(`drop owned by ${role}; drop role ${role}`).catch(() => undefined);
    await admin.end();
  }
});
