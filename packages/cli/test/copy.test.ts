import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { openStore } from "@holdfast/connect";
import { emptyLayout, type Layout, type Store } from "@holdfast/core";
import { storeHash } from "@holdfast/migrate";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test, vi } from "vitest";

import { killedAtLine, runHere } from "./run-cli.ts";

// Each starts processes or servers, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** A store in memory ends with its process, so a command cannot find it again. */
const targets = storesUnderTest().filter((target) => "reopen" in target);
const pairs = targets.flatMap((a) => targets.map((b) => ({ a, b })));

const layout: Layout = {
  types: [
    {
      type: "Job",
      schemaVersion: 1,
      fields: [{ name: "name", kind: "string" }],
      indexes: [{ fields: ["name"], unique: true }],
      references: [],
    },
  ],
};

const hasFiles = ["json", "sqlite"].every((name) => targets.some((target) => target.name === name));

async function fileTarget(name: string): Promise<string> {
  return (await targets.find((target) => target.name === name)?.freshUrl()) ?? "";
}

/** All jobs of a kind have the same twin, which only one may have. */
const stricter: Layout = {
  types: [
    {
      type: "Job",
      schemaVersion: 1,
      fields: ["kind", "name"].map((name) => ({ name, kind: "string" })),
      indexes: [{ fields: ["kind"], unique: true }],
      references: [],
    },
  ],
};

async function fill(url: string): Promise<string> {
  await using store = await openStore(url, { model: { layout } });
  const names = Array.from({ length: 25 }, (_, at) => `job ${at}`);
  await store.write(
    names.map((name) => ({
      put: { type: "Job", id: name, documentVersion: 1, body: { name, kind: "call" } },
      expect: "absent",
    })),
  );
  await putNote(store.tenant("other"), "a");
  return await storeHash(store);
}

async function putNote(store: Store, id: string): Promise<void> {
  await store.write([{ put: { type: "Note", id, documentVersion: 1, body: { id } }, expect: "any" }]);
}

describe.each(pairs)("from $a.name to $b.name", ({ a, b }) => {
  test("copy takes all records and the model along, and says what it did", async () => {
    const [from, to] = [await a.freshUrl(), await b.freshUrl()];
    const hash = await fill(from);
    const { exitCode, out, error } = await runHere("copy", "--from", from, "--to", to, "--batch", "10");
    expect(error).toContain("copied 26 of 26 records");
    expect(exitCode).toBe(0);
    expect(out).toContain("26 records written; 26 compared");
    expect(out).toContain(`equal: both stores hold the same records, ${hash}`);
    await using copied = await openStore(to);
    expect(await storeHash(copied)).toBe(hash);
    expect(copied.layout).toEqual(layout);
    const found = await copied.find({ type: "Job", where: { name: "job 7" } });
    expect(found.records.map(({ id }) => id)).toEqual(["job 7"]);
  });
});

describe.each(targets)("to $name", (target) => {
  test("as JSON the report is one object on standard output", async () => {
    const [from, to] = [await target.freshUrl(), await target.freshUrl()];
    const hash = await fill(from);
    const { exitCode, out } = await runHere("copy", "--from", from, "--to", to, "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      equal: true,
      written: 26,
      sourceHash: hash,
      targetHash: hash,
      types: [
        { tenant: "default", type: "Job", count: 25 },
        { tenant: "other", type: "Note", count: 1 },
      ],
    });
  });

  test("a target with records of its own is refused with exit code 3, and stays as it is", async () => {
    const [from, to] = [await target.freshUrl(), await target.freshUrl()];
    await fill(from);
    await fill(to);
    const { exitCode, error } = await runHere("copy", "--from", from, "--to", to);
    expect(exitCode).toBe(3);
    expect(error).toContain("the target is not empty");
    await using left = await openStore(to);
    expect((await left.stats()).records).toBe(26);
  });

  test("a source that is not there is not taken for an empty one", async () => {
    const { exitCode, out } = await runHere("copy", "--from", await target.freshUrl(), "--to", await target.freshUrl());
    expect(exitCode).not.toBe(0);
    expect(out).toBe("");
  });

  test("a target that has deleted one of the records does not take it back: exit code 4 names it", async () => {
    const [from, to] = [await target.freshUrl(), await target.freshUrl()];
    await fill(from);
    {
      await using store = await openStore(to);
      await putNote(store.tenant("other"), "a");
      await store.tenant("other").write([{ delete: { type: "Note", id: "a" }, expect: "present" }]);
    }
    const { exitCode, out } = await runHere("copy", "--from", from, "--to", to);
    expect(exitCode).toBe(4);
    expect(out).toContain('missing: Note "a" (tenant other)');
  });

  test("verify says by exit code and by name whether two stores hold the same, and writes nothing", async () => {
    const [from, to] = [await target.freshUrl(), await target.freshUrl()];
    const hash = await fill(from);
    await runHere("copy", "--from", from, "--to", to);
    const equal = await runHere("verify", "--from", from, "--to", to);
    expect([equal.exitCode, equal.out]).toEqual([
      0,
      expect.stringContaining(`equal: both stores hold the same records, ${hash}`),
    ]);
    {
      await using store = await openStore(to);
      await putNote(store.tenant("other"), "a");
    }
    const { exitCode, out } = await runHere("verify", "--from", from, "--to", to);
    expect(exitCode).toBe(4);
    expect(out).toContain('different: Note "a" (tenant other): version, updated');
    expect(out).toContain("in these key ranges:\n  Note (tenant other) from the first to the last: 1 and 1 records");
    const part = await runHere("verify", "--from", from, "--to", to, "--tenant", "default", "--json");
    expect([part.exitCode, JSON.parse(part.out)]).toMatchObject([0, { equal: true, sourceRecords: 25 }]);
  });

  test("what the target refuses is in the quarantine's file as it was, with the reason, and the rest is copied", async () => {
    const [from, to] = [await target.freshUrl(), await target.freshUrl()];
    await fill(from);
    {
      await using source = await openStore(from);
      const body = { "": ["kept as it is"] };
      await source.write([{ put: { type: "Job", id: "odd", documentVersion: 1, body }, expect: "absent" }]);
      await using held = await openStore(to, { model: { layout: stricter } });
      expect((await held.stats()).records).toBe(0);
    }
    const file = path.join(await mkdtemp(path.join(tmpdir(), "holdfast-quarantine-")), "refused.jsonl");
    const plain = await runHere("copy", "--from", from, "--to", to);
    expect([plain.exitCode, plain.error]).toEqual([
      3,
      expect.stringMatching(/the target refuses Job "job \d+" .*UNIQUE_VIOLATION/),
    ]);
    const { exitCode, out } = await runHere("copy", "--from", from, "--to", to, "--quarantine", file);
    expect([exitCode, out]).toEqual([4, expect.stringContaining("24 records are in quarantine")]);
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    expect(lines).toHaveLength(24);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ code: "UNIQUE_VIOLATION", state: { type: "Job", version: 1 } });
    const again = await runHere("copy", "--from", from, "--to", to, "--quarantine", file);
    expect([again.exitCode, again.error]).toEqual([2, expect.stringContaining("is there already")]);
    await rm(path.dirname(file), { recursive: true });
  });

  test("a store is not copied to itself: exit code is not 0 and nothing changes", async () => {
    const url = await target.freshUrl();
    const hash = await fill(url);
    expect((await runHere("copy", "--from", url, "--to", url)).exitCode).not.toBe(0);
    await using store = await openStore(url, { model: { layout: emptyLayout } });
    expect(await storeHash(store)).toBe(hash);
  });
});

test.skipIf(process.platform === "win32" || !hasFiles)(
  "a copy whose process is killed is completed by the next, which finds the way free",
  async () => {
    const [from, to] = [await fileTarget("json"), await fileTarget("sqlite")];
    {
      await using store = await openStore(from);
      const ids = Array.from({ length: 1_500 }, (_, at) => `n${at}`);
      await store.write(
        ids.map((id) => ({ put: { type: "Note", id, documentVersion: 1, body: {} }, expect: "absent" })),
      );
    }
    const args = ["copy", "--from", from, "--to", to, "--batch", "50"];
    for (const killAt of [1, 8]) {
      expect(await killedAtLine(killAt, ...args, "--progress", "jsonl")).toBe("SIGKILL");
    }
    {
      await using left = await openStore(to);
      const { records, holds } = await left.stats();
      expect([records > 0, records < 1_500, holds.length]).toEqual([true, true, 1]);
    }
    const { exitCode, out } = await runHere(...args);
    expect([exitCode, out]).toEqual([0, expect.stringContaining("1500 compared")]);
    await using done = await openStore(to);
    expect((await done.stats()).holds).toEqual([]);
  },
);
