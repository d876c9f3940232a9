import { fileURLToPath } from "node:url";

import { openStore } from "@holdfast/connect";
import type { WriteOp } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test, vi } from "vitest";

import { model as oldModel } from "./fixtures/old-model.ts";
import { model as youngModel } from "./fixtures/young-model.ts";
import { runHere } from "./run-cli.ts";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const targets = storesUnderTest().filter((target) => "reopen" in target);
const [oldModule, youngModule] = ["old", "young"].map((name) =>
  fileURLToPath(new URL(`./fixtures/${name}-model.ts`, import.meta.url)),
) as [string, string];

function insert(type: string, id: string, body: Readonly<Record<string, string>>): WriteOp {
  return { put: { type, id, documentVersion: 1, body }, expect: "absent" };
}

async function fill(url: string): Promise<void> {
  await using store = await openStore(url, { model: oldModel });
  await store.write([
    insert("Note", "n", { text: "kept" }),
    insert("Job", "j", { name: "one", color: "red" }),
    insert("Job", "k", { name: "two", missionId: "m" }),
    insert("Mission", "m", { title: "t" }),
  ]);
  await store.write([
    { put: { type: "Job", id: "k", documentVersion: 1, body: { name: "two" } }, expect: "present" },
    { delete: { type: "Mission", id: "m" }, expect: "present" },
  ]);
}

describe.each(targets)("layout of $name", (target) => {
  test("--prune drops what the model does not declare and no record needs, and names what it keeps", async () => {
    const url = await target.freshUrl();
    await fill(url);
    const { exitCode, out } = await runHere("layout", url, "--model", youngModule, "--prune", "--yes", "--json");
    expect(exitCode).toBe(0);
    const report = JSON.parse(out) as { readonly dropped: readonly string[]; readonly kept: readonly string[] };
    expect(report.kept).toEqual(["Note"]);
    expect([...report.dropped].sort((a, b) => (a < b ? -1 : 1))).toEqual([
      'field "Job.color"',
      'field "Job.missionId"',
      'index "Job" (color)',
      'reference "Job.missionId" to "Mission"',
      'type "Mission"',
    ]);

    await using store = await openStore(url, { layout: "check" });
    expect(store.layout.types.map(({ type }) => type)).toEqual(["Job", "Note"]);
    expect(store.layout.types[0]).toEqual(youngModel.layout.types[0]);
    const { records } = await store.find({ type: "Job", where: { name: "one" } });
    expect(records).toMatchObject([{ id: "j", version: 1, body: { name: "one", color: "red" } }]);
    expect(await store.count("Note", { text: "kept" })).toBe(1);
    await store.write([insert("Job", "l", { name: "one", missionId: "nobody" })]);
    expect((await store.check()).problems.filter(({ kind }) => kind !== "settings")).toEqual([]);
    expect((await store.stats()).records).toBe(4);
    await store.close();

    // What was dropped comes back from the documents.
    await expect(openStore(url, { model: oldModel })).rejects.toMatchObject({ code: "REFERENCE_VIOLATION" });
    const colored = { layout: { types: [{ ...oldModel.layout.types[0], references: [] }] } };
    await using again = await openStore(url, { model: colored });
    expect(await again.count("Job", { color: "red" })).toBe(1);
  });

  test("--prune drops nothing without a yes, and nothing where nothing is to drop", async () => {
    const url = await target.freshUrl();
    await fill(url);
    const asked = await runHere("layout", url, "--model", youngModule, "--prune");
    expect(asked).toMatchObject({ exitCode: 3, out: "" });
    expect(asked.error).toContain('field "Job.color"');
    expect(asked.error).toContain('kept: type "Note"');
    const json = await runHere("layout", url, "--model", youngModule, "--prune", "--json");
    expect([json.exitCode, JSON.parse(json.out)]).toMatchObject([3, { error: { code: "CONFLICT" } }]);
    await using store = await openStore(url, { model: oldModel, layout: "check" });
    expect(await store.count("Job", { color: "red" })).toBe(1);
    await store.close();
    const { exitCode, out } = await runHere("layout", url, "--model", oldModule, "--prune");
    expect([exitCode, out]).toEqual([0, expect.stringContaining("nothing is dropped")]);
  });

  test("--prune refuses a model that is not in force yet", async () => {
    const url = await target.freshUrl();
    await (await openStore(url, { model: youngModel })).close();
    const { exitCode, out } = await runHere("layout", url, "--model", oldModule, "--prune", "--yes", "--json");
    expect(exitCode).toBe(7);
    expect(JSON.parse(out)).toMatchObject({ error: { code: "LAYOUT_OUTDATED" } });
  });

  test("--print says that there is nothing to run where the model is in force, and changes nothing", async () => {
    const url = await target.freshUrl();
    await (await openStore(url, { model: youngModel })).close();
    const first = await runHere("layout", url, "--model", oldModule, "--print", "--json");
    expect(first.exitCode).toBe(0);
    const none = await runHere("layout", url, "--model", youngModule, "--print");
    expect([none.exitCode, none.out]).toEqual([0, expect.stringContaining("nothing to run")]);
    await using store = await openStore(url, { layout: "check" });
    expect(store.layout.types.map(({ type }) => type)).toEqual(["Job"]);
  });
});

test.each([
  [["layout", "memory:"], "--print or --prune"],
  [["layout", "memory:", "--print", "--prune"], "cannot be used with"],
  [["layout", "memory:", "--print", "--model", "./nowhere.ts"], "could not be loaded"],
  [["layout", "memory:", "--print", "--model", "node:path"], 'exports no model: it needs an export named "model"'],
])("%j is not how it is used: exit code 2, and a sentence says why", async (args, sentence) => {
  const { exitCode, error } = await runHere(...args);
  expect([exitCode, error]).toEqual([2, expect.stringContaining(sentence)]);
});

test("a store without tables has nothing to run, with the workflow's model where none is named", async () => {
  const { exitCode, out } = await runHere("layout", "memory:", "--print");
  expect([exitCode, out]).toEqual([0, expect.stringContaining("nothing to run")]);
});
