import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { openStore } from "@holdfast/connect";
import { storeHash } from "@holdfast/migrate";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { runHere } from "./run-cli.ts";

const key = "0123456789abcdef".repeat(4);
const targets = storesUnderTest().filter((target) => "reopen" in target);
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-cli-archive-"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function putNotes(url: string, count: number, text = "x"): Promise<string> {
  await using store = await openStore(url);
  const ids = Array.from({ length: count }, (_, at) => `n${at}`);
  await store.write(
    ids.map((id) => ({ put: { type: "Note", id, documentVersion: 1, body: { text } }, expect: "any" })),
  );
  return await storeHash(store);
}

async function hashOf(url: string): Promise<string> {
  await using store = await openStore(url);
  return await storeHash(store);
}

describe.each(targets)("of $name", (target) => {
  test("a backup goes into a folder under a name of its own, and is restored into an empty store", async () => {
    const [from, to] = [await target.freshUrl(), await target.freshUrl()];
    const hash = await putNotes(from, 20);
    const { exitCode, out } = await runHere("backup", from, folder, "--json");
    expect(exitCode).toBe(0);
    const [name = ""] = await readdir(folder);
    expect(name).toMatch(/^holdfast-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.archive\.gz$/);
    const file = path.join(folder, name);
    expect(JSON.parse(out)).toMatchObject({ file, records: 20, tombstones: 0, gzip: true, encrypted: false });
    const restored = await runHere("restore", to, file);
    expect([restored.exitCode, restored.out]).toEqual([
      0,
      "restored into an empty store: 20 of 20 records written\nthe store is as the archive\n",
    ]);
    expect(restored.error).toContain("restored 20 of 20 records");
    expect(await hashOf(to)).toBe(hash);
  });

  test("an export is the same to the byte from the store that it was restored into", async () => {
    const [from, to] = [await target.freshUrl(), await target.freshUrl()];
    await putNotes(from, 20);
    const { out } = await runHere("export", from);
    const file = path.join(folder, "a.archive");
    await writeFile(file, out);
    expect((await runHere("restore", to, file)).exitCode).toBe(0);
    expect((await runHere("export", to)).out).toBe(out);
  });

  test("a store with other contents is refused, and replaced only after a safety copy that can be restored", async () => {
    const url = await target.freshUrl();
    await putNotes(url, 5);
    const file = path.join(folder, "a.archive.gz");
    expect((await runHere("backup", url, file)).exitCode).toBe(0);
    const hash = await putNotes(url, 8, "later");
    const refused = await runHere("restore", url, file);
    expect(refused.exitCode).toBe(3);
    expect(refused.error).toContain("the store is not empty");
    const unasked = await runHere("restore", url, file, "--replace");
    expect(unasked.exitCode).toBe(3);
    expect(unasked.error).toContain("nothing was changed; --yes replaces without asking");
    expect(await hashOf(url)).toBe(hash);
    const copy = path.join(folder, "before.archive.gz");
    const done = await runHere("restore", url, file, "--replace", "--yes", "--safety-copy", copy, "--json");
    expect(done.exitCode).toBe(0);
    expect(JSON.parse(done.out)).toMatchObject({ into: "replaced", written: 5, equal: true, safetyCopy: copy });
    const elsewhere = await target.freshUrl();
    expect((await runHere("restore", elsewhere, copy)).exitCode).toBe(0);
    expect(await hashOf(elsewhere)).toBe(hash);
  });
});

const [any] = targets;

describe.runIf(any !== undefined)("of any store", () => {
  async function filledUrl(): Promise<string> {
    const url = (await any?.freshUrl()) ?? "";
    await putNotes(url, 20);
    return url;
  }

  test("an encrypted backup takes its key from the environment, and no output shows it", async () => {
    const file = path.join(folder, "a.archive.gz");
    const from = await filledUrl();
    const without = await runHere("backup", from, file, "--encrypt");
    expect(without.exitCode).toBe(2);
    expect(without.error).toContain("HOLDFAST_ARCHIVE_KEY, which is not set");
    vi.stubEnv("HOLDFAST_ARCHIVE_KEY", key);
    const done = await runHere("backup", from, file, "--encrypt");
    expect(done.exitCode).toBe(0);
    expect(done.out).toContain("compressed and encrypted");
    const to = (await any?.freshUrl()) ?? "";
    expect((await runHere("restore", to, file)).exitCode).toBe(0);
    vi.stubEnv("HOLDFAST_ARCHIVE_KEY", "f".repeat(64));
    const wrong = await runHere("restore", to, file);
    expect([wrong.exitCode, wrong.out]).toEqual([2, ""]);
    vi.stubEnv("HOLDFAST_ARCHIVE_KEY", "hunter2");
    const bad = await runHere("restore", to, file);
    expect(bad.exitCode).toBe(2);
    expect(wrong.error + bad.error).not.toMatch(/hunter2|ffffffff/);
  });

  test("an archive that was altered is exit code 7, and nothing is written", async () => {
    const file = path.join(folder, "a.archive");
    const { out } = await runHere("export", await filledUrl());
    await writeFile(file, out.replace('"n7"', '"n8"'));
    const to = path.join(folder, "fresh.json");
    const { exitCode, error } = await runHere("restore", `json:${to}`, file);
    expect(exitCode).toBe(7);
    expect(error).toMatch(/the archive is not whole, line \d+/);
    expect(await readdir(folder)).toEqual(["a.archive"]);
  });

  test("a file that is there is not overwritten, and one that is not there is told of", async () => {
    const url = await filledUrl();
    const file = path.join(folder, "a.archive");
    await writeFile(file, "precious");
    expect((await runHere("backup", url, file)).exitCode).toBe(2);
    expect(await readFile(file, "utf8")).toBe("precious");
    expect((await runHere("restore", url, path.join(folder, "none"))).exitCode).toBe(5);
  });
});

/** Runs the command where no file may become larger than so many blocks, as on a disk that is full. */
function runConfined(blocks: number, ...args: readonly string[]): Promise<{ exitCode: number; error: string }> {
  const script = `ulimit -f ${blocks}; exec "$@"`;
  const command = [process.execPath, "--conditions=holdfast-source", main, ...args];
  return new Promise((resolve) => {
    const child = execFile("sh", ["-c", script, "sh", ...command], (_failure, _out, error) =>
      resolve({ exitCode: child.exitCode ?? -1, error }),
    );
  });
}

test.skipIf(process.platform === "win32")("a backup that finds no room leaves nothing behind", async () => {
  const url = `json:${path.join(folder, "entities.json")}`;
  await putNotes(url, 500, "x".repeat(1_000));
  const target = path.join(folder, "backups");
  const { exitCode, error } = await runConfined(64, "backup", url, `${target}.archive`, "--no-gzip");
  expect(error).toContain("STORE_FULL");
  expect(exitCode).toBe(5);
  expect(await readdir(folder)).toEqual(["entities.json"]);
});
