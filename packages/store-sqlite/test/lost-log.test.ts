import { once } from "node:events";
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { HoldfastError } from "@holdfast/core";
import { openSqliteStore } from "@holdfast/store-sqlite";
import { expect, test, vi } from "vitest";
import { programsIn } from "@holdfast-tooling/sql-fixtures";

import { temporaryFolder } from "./temporary-folder.ts";

const start = programsIn(join(import.meta.dirname, "programs"));

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = temporaryFolder();
const parts = ["", "-wal", "-shm"];

/** What a process leaves that was killed after so many acknowledged batches of ten records. */
async function killed(name: string, batches: number): Promise<string> {
  const path = join(folder, name);
  const writer = start("write-batches.ts", path);
  while (Number(await writer.nextLine()) < batches);
  writer.child.kill("SIGKILL");
  await once(writer.child, "exit");
  return path;
}

function copyOf(path: string, name: string): string {
  for (const part of parts) copyFileSync(`${path}${part}`, join(folder, `${name}${part}`));
  return join(folder, name);
}

async function refusal(path: string): Promise<string> {
  const thrown: unknown = await openSqliteStore(path).then(
    (store) => store.close(),
    (error: unknown) => error,
  );
  if (!HoldfastError.is(thrown, "STORE_CORRUPT")) return String(thrown);
  return thrown.message;
}

test("a store whose log or database was taken away since a kill is refused, and opens once it is back", async () => {
  const path = await killed("one.db", 12);
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);

  const gone = copyOf(path, "gone.db");
  rmSync(`${gone}-wal`);
  const before = readFileSync(gone);
  expect(await refusal(gone)).toContain("is gone");
  expect(readFileSync(gone).equals(before)).toBe(true);
  expect(existsSync(`${gone}-wal`)).toBe(false);

  const emptied = copyOf(path, "emptied.db");
  truncateSync(emptied, 0);
  expect(await refusal(emptied)).toContain("is empty, but the log beside it is not");
  expect(readFileSync(`${emptied}-wal`).equals(readFileSync(`${path}-wal`))).toBe(true);

  copyFileSync(`${path}-wal`, `${gone}-wal`);
  for (const each of [path, gone]) {
    await using store = await openSqliteStore(each);
    expect(await store.count("Note")).toBeGreaterThanOrEqual(120);
    expect(await store.check()).toEqual({ ok: true, problems: [] });
  }
});

test("without the index of the log, or with one from before the machine was started, it opens at what is there", async () => {
  const path = await killed("accepted.db", 2);
  const stale = copyOf(path, "stale.db");
  for (const each of [path, stale]) rmSync(`${each}-wal`);
  rmSync(`${path}-shm`);
  utimesSync(`${stale}-shm`, 1, 1);
  for (const each of [path, stale]) {
    await using store = await openSqliteStore(each);
    expect(await store.check()).toEqual({ ok: true, problems: [] });
  }
});

test("while others write, nothing is taken for lost", async () => {
  const path = join(folder, "busy.db");
  const writer = start("write-batches.ts", path);
  await writer.nextLine();
  for (let at = 0; at < 20; at++) await (await openSqliteStore(path)).close();
  expect(Number(await writer.nextLine())).toBeGreaterThan(0);
});
