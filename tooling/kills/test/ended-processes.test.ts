import { mkdir, readdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openWork } from "../src/open-work.ts";
import { startProgram } from "../src/start-program.ts";
import { makeTools } from "../src/tools.ts";
import type { Tools } from "../src/tools.ts";

const names = ["hold-transaction", "close-on-signal", "terminate-worker"];
let tools: Tools;
beforeAll(async () => {
  tools = await makeTools(names.map((name) => path.join(import.meta.dirname, `programs/${name}.ts`)));
});
afterAll(() => tools[Symbol.asyncDispose]());

let places = 0;

async function freshUrl(scheme: string): Promise<string> {
  const folder = path.join(tools.folder, `place-${places++}`);
  await mkdir(folder);
  return `${scheme}:${path.join(folder, "data")}`;
}

function fileOf(url: string): string {
  return url.slice(url.indexOf(":") + 1);
}

/** What is stored, as whoever comes next and waits for nobody finds it; and that it takes writes, and closes to one file. */
async function idsLeftIn(url: string): Promise<readonly string[]> {
  const store = await openWork(url, { lockTimeoutMs: 0, busyTimeoutMs: 1 });
  const { records } = await store.find({ type: "Held", limit: 10_000, omit: "body" });
  const put = { type: "Held", id: "next", documentVersion: 1, body: {} };
  expect(await store.write([{ put, expect: "absent" }])).toMatchObject([{ ok: true }]);
  expect(await store.check()).toEqual({ ok: true, problems: [] });
  await store.close();
  expect(await readdir(path.dirname(fileOf(url)))).toEqual(["data"]);
  return records.map(({ id }) => id).sort();
}

const before = ["before-0", "before-1", "before-2"];

describe.each([
  { scheme: "json", refusal: "STORE_LOCKED" },
  { scheme: "sqlite", refusal: "STORE_BUSY" },
])("the writer's lock of a $scheme store", ({ scheme, refusal }) => {
  test("is free as soon as its owner is killed", async () => {
    const url = await freshUrl(scheme);
    await using owner = startProgram(tools, "hold-transaction", [url, "wait", "3"]);
    await owner.linesUntil("holding 4");
    owner.child.kill("SIGKILL");
    await owner.ending;
    expect(await idsLeftIn(url)).toEqual(before);
  });

  test("goes to a process that waits when its owner is killed, and that sees all that was acknowledged", async () => {
    const url = await freshUrl(scheme);
    await using owner = startProgram(tools, "hold-transaction", [url, "wait", "3", "600000"]);
    await owner.linesUntil("holding 4");
    await using waiting = startProgram(tools, "hold-transaction", [url, "wait", "0", "600000"]);
    await waiting.linesUntil("began");
    owner.child.kill("SIGKILL");
    await waiting.linesUntil("holding 4");
    waiting.tell("commit");
    await waiting.linesUntil("committed");
    expect(await waiting.ending).toMatchObject({ code: 0, errors: "" });
    expect(await idsLeftIn(url)).toEqual([...before, "inside"]);
  });

  test.each(["wait", "stall"])("stays with an owner that does not move: %s", async (what) => {
    const url = await freshUrl(scheme);
    await using owner = startProgram(tools, "hold-transaction", [url, what, "3"]);
    await owner.linesUntil("holding 4");
    if (what === "wait") owner.child.kill("SIGSTOP");
    const late = async (): Promise<void> => {
      await using store = await openWork(url, { lockTimeoutMs: 1_000, busyTimeoutMs: 1_000 });
      await store.write([{ put: { type: "Held", id: "late", documentVersion: 1, body: {} }, expect: "any" }]);
    };
    await expect(late()).rejects.toMatchObject({ code: refusal, outcome: "none" });
    owner.child.kill("SIGCONT");
    owner.tell("commit");
    await owner.linesUntil("committed");
    expect(await owner.ending).toMatchObject({ code: 0, errors: "" });
    expect(await idsLeftIn(url)).toEqual([...before, "inside"]);
  });
});

test("a note that names a living process as the owner of a JSON store keeps nobody out", async () => {
  const url = await freshUrl("json");
  await using owner = startProgram(tools, "hold-transaction", [url, "wait", "3"]);
  await owner.linesUntil("holding 4");
  owner.child.kill("SIGKILL");
  await owner.ending;
  const note = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  await writeFile(`${fileOf(url)}.owner`, `${JSON.stringify(note)}\n`);
  expect(await idsLeftIn(url)).toEqual(before);
});

describe.each(["json", "sqlite"])("a process with a %s store that ends", (scheme) => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "by closing it at %s has all that was acknowledged, and exits well",
    async (signal) => {
      const url = await freshUrl(scheme);
      await using service = startProgram(tools, "close-on-signal", [url]);
      const early = await service.linesUntil("saved 3-5");
      service.child.kill(signal);
      const printed = [...early, ...(await service.restOfLines())];
      expect(await service.ending).toMatchObject({ code: 0, signal: null, errors: "" });
      const ids = await idsLeftIn(url);
      const acknowledged = printed.flatMap((line) => ["a", "b"].map((half) => `${line.split(" ")[1]}-${half}`));
      expect(ids).toEqual(expect.arrayContaining(acknowledged));
      expect(ids.length % 2).toBe(0);
    },
  );

  test.each([
    { what: "exit", how: "by process.exit()", code: 3 },
    { what: "throw", how: "by an exception that nobody catches", code: 1 },
  ])("$how inside a transaction leaves nothing of that", async ({ what, code }) => {
    const url = await freshUrl(scheme);
    await using ended = startProgram(tools, "hold-transaction", [url, what, "3"]);
    await ended.linesUntil("holding 4");
    expect(await ended.ending).toMatchObject({ code, signal: null });
    expect(await idsLeftIn(url)).toEqual(before);
  });

  test("because its memory is exhausted leaves nothing of the transaction that it was in", async () => {
    const url = await freshUrl(scheme);
    const nodeOptions = ["--max-old-space-size=48"];
    await using ended = startProgram(tools, "hold-transaction", [url, "memory", "3"], { nodeOptions });
    await ended.linesUntil("holding 4");
    expect((await ended.ending).errors).toContain("heap out of memory");
    expect(await idsLeftIn(url)).toEqual(before);
  });

  test("a thread in a transaction leaves its process able to go on", async () => {
    const url = await freshUrl(scheme);
    await using program = startProgram(tools, "terminate-worker", [url]);
    const [found] = await program.linesUntil("found");
    expect(found).toBe("found before behind");
    expect(await program.ending).toMatchObject({ code: 0, errors: "" });
    expect(await idsLeftIn(url)).toEqual(["before", "behind"]);
  });
});
