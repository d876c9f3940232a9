import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { openStore } from "@holdfast/connect";
import type { Layout } from "@holdfast/core";
import { storeHash } from "@holdfast/migrate";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { runHere } from "./run-cli.ts";

const targets = storesUnderTest().filter((target) => "reopen" in target);
const schemes = ["json", "sqlite"].filter((scheme) => targets.some(({ name }) => name === scheme));
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-cli-steps-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function layoutOf(kind: "string" | "number"): Layout {
  const fields = [{ name: "name", kind }];
  return { types: [{ type: "Job", schemaVersion: 1, fields, indexes: [], references: [] }] };
}

async function make(url: string, name: string | number): Promise<string> {
  const layout = layoutOf(typeof name === "string" ? "string" : "number");
  await using store = await openStore(url, { model: { layout } });
  await store.write([{ put: { type: "Job", id: "a", documentVersion: 1, body: { name } }, expect: "absent" }]);
  return await storeHash(store);
}

/** The store is as it was, and takes a write. */
async function expectUsable(url: string, hash: string): Promise<void> {
  await using store = await openStore(url);
  expect(await storeHash(store)).toBe(hash);
  await store.write([{ put: { type: "Note", id: "goes on", documentVersion: 1, body: {} }, expect: "any" }]);
  expect((await store.get("Note", ["goes on"]))[0]?.version).toBe(1);
}

describe.skipIf(process.platform === "win32").each(schemes)("of a %s store", (scheme) => {
  const spellings: Readonly<Record<string, (file: string) => Promise<string> | string>> = {
    "by its path": (file) => file,
    "by a relative path": (file) => path.relative(process.cwd(), file),
    "by a path that goes up and down": (file) => `${path.dirname(file)}/../${path.basename(path.dirname(file))}/./data`,
    "by a link": async (file) => {
      await symlink(file, path.join(folder, "link"));
      return path.join(folder, "link");
    },
    "by a link to its folder": async (file) => {
      await symlink(path.dirname(file), path.join(folder, "linked"));
      return path.join(folder, "linked", "data");
    },
  };

  test.each(Object.keys(spellings))("a copy into itself is exit code 2, named %s, in either direction", async (how) => {
    const file = path.join(folder, "store", "data");
    await mkdir(path.dirname(file));
    const hash = await make(`${scheme}:${file}`, "a");
    const other = `${scheme}:${await spellings[how]?.(file)}`;
    for (const [from, to] of [
      [`${scheme}:${file}`, other],
      [other, `${scheme}:${file}`],
    ] as const) {
      const { exitCode, error, out } = await runHere("copy", "--from", from, "--to", to);
      expect([exitCode, error, out]).toEqual([2, expect.stringContaining("name another one as the target"), ""]);
    }
    await expectUsable(`${scheme}:${file}`, hash);
  });
});

describe.each(targets)("of $name", (target) => {
  test("a copy into a store of a model that contradicts is exit code 3, and both stay as they were", async () => {
    const [from, to] = [await target.freshUrl(), await target.freshUrl()];
    const hashes = [await make(from, "text"), await make(to, 7)];
    const { exitCode, error } = await runHere("copy", "--from", from, "--to", to);
    expect([exitCode, error]).toEqual([3, expect.stringContaining('field "name" of "Job"')]);
    expect(error).toContain("INVALID_MODEL");
    await expectUsable(from, hashes[0] ?? "");
    await expectUsable(to, hashes[1] ?? "");
  });

  test("a copy from a place where no store is makes none there, and leaves the target as it was", async () => {
    const [from, to] = [await target.freshUrl(), await target.freshUrl()];
    const hash = await make(to, "a");
    const { exitCode, error } = await runHere("copy", "--from", from, "--to", to);
    expect(exitCode).toBe(5);
    expect(error).toContain("STORE_UNAVAILABLE");
    expect((await runHere("verify", "--from", from, "--to", to)).exitCode).toBe(5);
    await expectUsable(to, hash);
  });
});

describe.runIf(schemes.length === 2)("of a copy into a store of a newer release", () => {
  test("the refusal says so, and not a byte of it changes", async () => {
    const [from, to] = [`sqlite:${folder}/from.db`, path.join(folder, "to.json")];
    const hash = await make(from, "a");
    const newer = '{ "holdfast": 99, "records of another form": [] }';
    await writeFile(to, newer);
    const { exitCode, error } = await runHere("copy", "--from", from, "--to", `json:${to}`);
    expect([exitCode, error]).toEqual([7, expect.stringContaining("LAYOUT_NEWER")]);
    expect(await readFile(to, "utf8")).toBe(newer);
    await expectUsable(from, hash);
  });
});

describe.runIf(targets.some(({ name }) => name === "postgres"))("of a Postgres store", () => {
  test("a copy into itself is exit code 2 whatever its URL says", async () => {
    const postgres = targets.find(({ name }) => name === "postgres");
    const url = (await postgres?.freshUrl()) ?? "";
    const hash = await make(url, "a");
    const named = new URL(url);
    named.searchParams.set("application_name", "another");
    for (const to of [url.replace(/^postgres:/, "postgresql:"), named.href]) {
      const { exitCode, error } = await runHere("copy", "--from", url, "--to", to);
      expect([exitCode, error]).toEqual([2, expect.stringContaining("name another one as the target")]);
    }
    await expectUsable(url, hash);
  });
});
