import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { openStore } from "@holdfast/connect";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterAll, describe, expect, test, vi } from "vitest";

import { runCli, runHere } from "./run-cli.ts";

// Each starts processes or servers, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), "holdfast-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function freshPath(): string {
  return join(folder, `file ${(files += 1)}`);
}

const targets = storesUnderTest().filter((target) => "reopen" in target);
const escape = "\u001b]0;owned\u0007\u009b2J\u202e";

/** A StateStore's database with one run and the items that a test names, by their runs. */
function stateStore(items: Readonly<Record<string, string>>): string {
  const path = freshPath();
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec(`
    CREATE TABLE runs (run_id TEXT PRIMARY KEY, run_type TEXT, started_at TEXT, finished_at TEXT, status TEXT,
      settings_snapshot_json TEXT, notes TEXT);
    CREATE TABLE intel_items (item_id TEXT PRIMARY KEY, run_id TEXT, item_type TEXT, title TEXT, summary TEXT,
      claims_json TEXT, evidence_json TEXT, scores_json TEXT, risk_flags_json TEXT, explainability_json TEXT,
      decision TEXT, decision_reason TEXT, created_at TEXT);
    CREATE TABLE telemetry (run_id TEXT PRIMARY KEY, telemetry_json TEXT, created_at TEXT);
    INSERT INTO runs VALUES ('r1', 'daily', '2026-02-18T06:00:01+00:00', NULL, 'running', '{}', NULL);`);
  const insert = database.prepare(
    "INSERT INTO intel_items VALUES (?, ?, 'post', 'confidential', '', '[]', '[]', '{\"a\": NaN}', '[]', '[]', NULL, NULL, '2026-02-18T06:00:01+00:00')",
  );
  for (const [id, run] of Object.entries(items)) insert.run(id, run);
  database.close();
  return path;
}

async function tinyDb(): Promise<string> {
  const path = freshPath();
  const account = { workspace_id: "w", api_key: "sk_sample_not_a_secret", api_url: "u" };
  const rows = { "2": { id: "c2", job_id: "j", account }, "10": { id: "c10", job_id: "j", account }, "3": { account } };
  await writeFile(path, JSON.stringify({ Case: rows }));
  return path;
}

describe.each(targets)("to $name", (target) => {
  test("a StateStore's database is imported, and imported again without a change", async () => {
    const [from, to] = [`state-store:${stateStore({ i1: "r1", i2: "r1" })}`, await target.freshUrl()];
    const first = await runCli("import", "--from", from, "--to", to, "--tenant", "acme");
    expect(first.error).toContain("imported 3 of 3 records");
    expect(first.exitCode).toBe(0);
    expect(first.out).toMatch(/^table +type +rows +taken +changed +refused$/m);
    expect(first.out).toMatch(/^intel_items +IntelItem +2 +2 +2 +0$/m);
    expect(first.out).toContain("3 records written, 0 were there already");
    expect(first.out).toContain('row 1, "i1", at scores_json.a');
    const again = await runHere("import", "--from", from, "--to", to, "--tenant", "acme");
    expect(again.out).toContain("0 records written, 3 were there already");
    await using store = await openStore(to);
    const { records } = await store.tenant("acme").find({ type: "IntelItem", where: { runId: "r1" } });
    expect(records.map(({ id }) => id)).toEqual(["i1", "i2"]);
  });

  test("with --on-problem fail a file with a problem is exit code 7, and no store is made", async () => {
    const to = await target.freshUrl();
    const from = `state-store:${stateStore({ i1: "gone" })}`;
    const { exitCode, out, error } = await runHere("import", "--from", from, "--to", to, "--on-problem", "fail");
    expect([exitCode, out]).toEqual([7, ""]);
    expect(error).toContain("nothing was imported because of intel_items 1: ");
    expect((await runHere("copy", "--from", to, "--to", "memory:")).exitCode).not.toBe(0);
  });
});

test("rows that are refused are listed with the reason, and the exit code is 7", async () => {
  const from = `state-store:${stateStore({ i1: "r1", lost: "gone" })}`;
  const { exitCode, out } = await runHere("import", "--from", from, "--to", "memory:");
  expect(exitCode).toBe(7);
  expect(out).toContain('refused:\n  intel_items: belongs to a run that is not there\n    row 2, "lost"\n');
  const left = await runHere("import", "--from", from, "--to", "memory:", "--on-problem", "skip");
  expect(left.out).toMatch(/^intel_items +IntelItem +2 +0 +0 +2$/m);
});

test("--dry-run says the same without a store, also as JSON", async () => {
  const path = stateStore({ i1: "r1" });
  const text = await runHere("import", "--from", `state-store:${path}`, "--dry-run");
  expect(text.exitCode).toBe(0);
  expect(text.out).toContain("nothing was written");
  const { out } = await runHere("import", "--from", `state-store:${path}`, "--dry-run", "--json");
  expect(JSON.parse(out)).toMatchObject({
    from: `state-store:${path}`,
    tables: [{ table: "runs", taken: 1 }, { table: "intel_items", taken: 1, changed: 1 }, { table: "telemetry" }],
    problems: [{ kind: "changed", table: "intel_items", row: "1", id: "i1", path: ["scores_json", "a"] }],
  });
});

test("a TinyDB file is imported in the order in which the original lists it, or as it was inserted", async () => {
  const from = `tinydb:${await tinyDb()}`;
  for (const [order, ids] of [
    ["docIdText", ["c10", "c2"]],
    ["insertion", ["c2", "c10"]],
  ] as const) {
    const to = `json:${freshPath()}`;
    const { exitCode, out } = await runHere("import", "--from", from, "--to", to, "--list-order", order);
    expect(exitCode).toBe(7);
    expect(out).toMatch(/^Case +Case +3 +2 +0 +1$/m);
    await using store = await openStore(to);
    expect((await store.find({ type: "Case" })).records.map(({ id }) => id)).toEqual(ids);
  }
});

test("what the file holds is shown on request only, and with --redact no secret even then", async () => {
  const from = `tinydb:${await tinyDb()}`;
  const plain = ["import", "--from", from, "--dry-run"];
  for (const args of [
    plain,
    [...plain, "--json"],
    [...plain, "--values", "--redact"],
    [...plain, "--values", "--redact", "--json"],
  ]) {
    expect((await runHere(...args)).out).not.toContain("sk_sample");
  }
  expect((await runHere(...plain, "--values")).out).toContain("sk_sample");
  const to = `json:${freshPath()}`;
  await runHere("import", "--from", from, "--to", to, "--redact");
  await using store = await openStore(to);
  expect((await store.get("Case", ["c2"]))[0]?.body).toMatchObject({ account: { apiKey: "[redacted]" } });
});

test("control characters of the file never reach the terminal", async () => {
  const path = stateStore({ "i\u202e": "r1" });
  const database = new DatabaseSync(path);
  database.exec(`CREATE TABLE "t${escape}" (a); INSERT INTO "t${escape}" VALUES ('${escape}');
    ALTER TABLE runs ADD COLUMN "c${escape}"; UPDATE intel_items SET title = '${escape}', claims_json = '${escape}'`);
  database.close();
  for (const form of [[], ["--json"], ["--values"]]) {
    const { out } = await runHere("import", "--from", `state-store:${path}`, "--dry-run", ...form);
    expect(out).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
    expect(out).toContain("\\u001b]0;owned\\u0007\\u009b2J\\u202e");
  }
  const { error } = await runHere("import", "--from", `state-store:./no${escape}`, "--dry-run");
  expect(error).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
});

test("of many rows with one problem the first are shown, and how many there are", async () => {
  const items = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`i${at}`, "gone"]));
  const { out } = await runHere("import", "--from", `state-store:${stateStore(items)}`, "--dry-run");
  expect(out).toContain("belongs to a run that is not there (9 times)");
  expect(out).toContain('row 5, "i4"\n    and 4 more, which --json lists');
});

test.each([
  [["--from", "entities.json"], '"tinydb:entities.json"'],
  [["--from", "./app.db", "--dry-run"], '"state-store:./app.db"'],
  [["--from", "json:./a.json", "--dry-run"], 'use "copy"'],
  [["--from", "tinydb:", "--dry-run"], "names no file"],
  [["--from", "tinydb:./a.json"], "--dry-run to see what would be done"],
  [["--from", "tinydb:./a.json", "--to", "memory:", "--dry-run"], "cannot be used with"],
  [["--from", "state-store:./a.db", "--redact", "--dry-run"], "are for TinyDB files"],
  [["--from", "tinydb:./a.json", "--on-problem", "hope"], "Allowed choices are report, skip, fail"],
])("import %j is not how it is used: exit code 2, and a sentence says why", async (args, sentence) => {
  const { exitCode, out, error } = await runHere("import", ...args);
  expect([exitCode, out]).toEqual([2, ""]);
  expect(error).toContain(sentence);
});

test("a file that is not there is exit code 5, one that is not what it is named 7, and neither makes a store", async () => {
  const [none, text, to] = [freshPath(), freshPath(), freshPath()];
  await writeFile(text, "no database, no JSON");
  for (const [from, code] of [
    [`tinydb:${none}`, 5],
    [`state-store:${none}`, 5],
    [`tinydb:${text}`, 7],
    [`state-store:${text}`, 7],
  ] as const) {
    expect((await runHere("import", "--from", from, "--to", `json:${to}`)).exitCode).toBe(code);
  }
  expect(existsSync(to)).toBe(false);
});

test("Node's own SQLite gives no warning on the way", async () => {
  const { error } = await runCli("import", "--from", `state-store:${stateStore({})}`, "--dry-run");
  expect(error).toBe("");
});
