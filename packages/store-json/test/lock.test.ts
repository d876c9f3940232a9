import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFile } from "../src/lock.ts";
import { openJsonStore } from "../src/index.ts";
import { errorOf } from "./open-driver.ts";

const program = fileURLToPath(new URL("./fixtures/hold-store.ts", import.meta.url));
let folder: string;
let path: string;
let children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-lock-"));
  path = join(folder, "entities.json");
});

afterEach(async () => {
  for (const child of children) await kill(child);
  children = [];
  await rm(folder, { recursive: true });
});

/** Another process, once it holds the store. */
async function holder(manner = "asleep"): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--conditions=holdfast-source", program, path, manner], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const said: unknown[] = await once(createInterface(child.stdout), "line");
  expect(said).toEqual(["held"]);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

test("a second process is told who has the store, and gets it as soon as the owner is killed", async () => {
  const owner = await holder();
  const error = await errorOf(openJsonStore(path));
  expect(error).toMatchObject({
    code: "STORE_LOCKED",
    retryable: true,
    outcome: "none",
    details: { path, pid: owner.pid },
  });
  expect(error.message).toContain(`process ${owner.pid} on `);
  await kill(owner);
  await using store = await openJsonStore(path);
  expect(await store.get("Note", ["held"])).toMatchObject([{ version: 1 }]);
});

test("a process that waits for the store gets it when the owner is gone, with all that the owner saved", async () => {
  const owner = await holder();
  const opening = openJsonStore(path, { lockTimeoutMs: 30_000 });
  await new Promise((resolve) => setImmediate(resolve));
  await kill(owner);
  await using store = await opening;
  expect(await store.count("Note")).toBe(1);
});

test("an owner whose event loop stands still keeps the store", async () => {
  await holder("stalled");
  expect((await errorOf(openJsonStore(path, { lockTimeoutMs: 300 }))).code).toBe("STORE_LOCKED");
});

test("waiting ends with the signal", async () => {
  await holder();
  const given = new AbortController();
  const opening = errorOf(openJsonStore(path, { lockTimeoutMs: 60_000, signal: given.signal }));
  const reason = new Error("enough");
  given.abort(reason);
  expect(await opening).toMatchObject({ code: "ABORTED", cause: reason });
});

test("one process opens a store once at a time, whatever the path is called", async () => {
  const store = await openJsonStore(path);
  const error = await errorOf(openJsonStore(join(folder, ".", "more", "..", "entities.json")));
  expect(error).toMatchObject({ code: "STORE_LOCKED", details: { pid: process.pid } });
  expect((await errorOf(openJsonStore(path))).code).toBe("STORE_LOCKED");
  await store.close();
  await using again = await openJsonStore(path);
  expect(await again.count("Note")).toBe(0);
});

test("a reader needs no lock, and follows what the owner saves", async () => {
  await using store = await openJsonStore(path);
  await using reader = await openJsonStore(path, { access: "read" });
  expect(reader.guarantees).toMatchObject({ staleReads: true, writers: "process" });
  for (let version = 1; version <= 3; version++) {
    await store.write([{ put: { type: "Note", id: "n", documentVersion: 1, body: {} }, expect: "any" }]);
    await expect.poll(() => reader.get("Note", ["n"])).toMatchObject([{ version }]);
  }
  const refused = errorOf(reader.write([{ delete: { type: "Note", id: "n" }, expect: "any" }]));
  expect((await refused).code).toBe("STORE_READ_ONLY");
});

test("a clean close leaves the file, and nothing else", async () => {
  const store = await openJsonStore(path);
  expect(await readdir(folder)).toEqual(["entities.json", "entities.json.lock", "entities.json.owner"]);
  await store.write([{ put: { type: "Note", id: "n", documentVersion: 1, body: {} }, expect: "any" }]);
  expect(await readdir(folder)).toContain("entities.json.journal.0");
  await store.close();
  expect(await readdir(folder)).toEqual(["entities.json"]);
});

test("of many that open and close a store by turns, never two have it", async () => {
  let owners = 0;
  const work = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) {
      const lock = await lockFile(path, { timeoutMs: 60_000 });
      expect(++owners).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      owners--;
      await lock.release();
    }
  };
  await Promise.all(Array.from({ length: 5 }, work));
});

test("a store that could not be opened is not locked", async () => {
  await writeFile(path, "no JSON");
  expect((await errorOf(openJsonStore(path))).code).toBe("STORE_CORRUPT");
  await rm(path);
  await using store = await openJsonStore(path);
  expect(await store.count("Note")).toBe(0);
});
