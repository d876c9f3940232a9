import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { openStore } from "@holdfast/connect";
import { defineModel, Transition, type JsonObject, type Layout, type Store } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { runHere } from "./run-cli.ts";

/** Stands in every place where a secret may be. */
const canary = "c4nary/s3cr\"t'";
const written = encodeURIComponent(canary);
const key = "ca".repeat(32);
/** Colors, the title of the window, a link, the clipboard, a bell, a return, C1 codes, and turns of the writing's direction. */
const hostile =
  "\u001b[31m\u001b]0;x\u0007\u001b]8;;http://x\u001b\\\u001b]52;c;eA==\u0007\u009b2J\r\u0007\u0008\u202e\u2066\u061c\u200f";
const hostileName = "n\u202e\u2066x";
const drives = /(?!\n)\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const targets = storesUnderTest().filter((target) => "reopen" in target);
const [any] = targets;
const checkedModel = fileURLToPath(new URL("fixtures/checked-model.ts", import.meta.url));
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-sweep-"));
  const account = { api_key: canary, note: hostile };
  await writeFile(path.join(folder, "theirs.json"), JSON.stringify({ Case: { "1": { id: hostileName, account } } }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => vi.stubEnv("HOLDFAST_ARCHIVE_KEY", key));
afterEach(() => vi.unstubAllEnvs());

const layout: Layout = {
  types: [
    {
      type: "Job",
      schemaVersion: 1,
      fields: ["apiKey", "parent", "status"].map((name) => ({ name, kind: "string" })),
      indexes: ["apiKey", "status"].map((field) => ({ fields: [field], unique: false })),
      references: [{ field: "parent", to: "Job" }],
    },
    ...defineModel([Transition]).layout.types,
  ],
};

const body: JsonObject = {
  status: hostile,
  apiKey: canary,
  parent: hostileName.toUpperCase(),
  [hostile]: hostile,
  agentParameters: [{ name: hostile, value: canary }],
  deep: [{ account: { password: canary, "access-token": true, token: canary } }],
};

async function fill(url: string): Promise<void> {
  await using store = await openStore(url, { model: { layout } });
  await put(store, "Job", hostileName, body);
  const step = { entityType: "Job", entityId: hostileName, entityVersion: 1, event: hostile, from: hostile, to: "b" };
  await put(store, "Transition", "t1", { ...step, by: hostile, reason: hostile });
}

async function put(store: Store, type: string, id: string, document: JsonObject): Promise<void> {
  await store.write([{ put: { type, id, documentVersion: 1, body: document }, expect: "any" }]);
}

/** The same place, by a role that has a password, where it is on a server. */
function withPassword(url: string): string {
  return url.replace(/^(postgres(?:ql)?:\/\/[^:@/]+)(?::[^@]*)?@/, `$1:${written}@`);
}

/** Every command, as it does its work. */
function working(from: string, to: string): readonly (readonly string[])[] {
  const file = (name: string): string => path.join(folder, name);
  return [
    ["list", from, "Job"],
    ["list", from, "Job", "--where", '{"status": "x"}'],
    ["show", from, "Job", hostileName],
    ["history", from, "Job", hostileName],
    ["count", from],
    ["stats", from],
    ["check", from],
    ["check", from, "--model", checkedModel],
    ["backup", from, file("encrypted"), "--encrypt"],
    ["restore", to, file("encrypted")],
    ["plan", "--from", from, "--to", to, "--model", checkedModel],
    ["copy", "--from", from, "--to", to, "--quarantine", file(`q${hostile.replaceAll("/", "")}`)],
    ["verify", "--from", from, "--to", `json:${file("other.json")}`],
    ["export", from, "--to", `tinydb:${file(`t${hostileName}`)}`],
    ["export", from, "--to", `state-store:${file(`s${hostileName}`)}`],
    ["import", "--from", `tinydb:${file("theirs.json")}`, "--dry-run"],
    ["import", "--from", `tinydb:${file("theirs.json")}`, "--to", `json:${file("imported.json")}`],
    ["layout", from, "--print", "--model", checkedModel],
    ["layout", from, "--prune", "--model", checkedModel],
    ["recover", `json:${file("other.json")}`],
  ];
}

/** Every command, as it fails. */
function failing(from: string): readonly (readonly string[])[] {
  const away = `postgres://me:${written}@127.0.0.1:1/app?sslkey=${written}`;
  const unknown = `mysql://me:${written}@host/${hostile}`;
  const nowhere = path.join(folder, `none${hostile.replaceAll("/", "")}`);
  return [
    ...[away, unknown, `json:${nowhere}`, `me:${canary}@host`].flatMap((url) => [
      ...["stats", "check", "count", "recover"].map((command) => [command, url]),
      ...["show", "history"].map((command) => [command, url, "Job", hostile]),
      ["list", url, "Job"],
      ["backup", url, nowhere],
      ["restore", url, nowhere],
      ["export", url, "--to", `tinydb:${nowhere}`],
      ["layout", url, "--print", "--model", nowhere],
      ["import", "--from", `tinydb:${nowhere}`, "--to", url],
      ...["plan", "copy", "verify"].map((command) => [command, "--from", url, "--to", "memory:"]),
    ]),
    ...[away, unknown, `me:${canary}@host`].flatMap((url) =>
      ["plan", "copy", "verify"].map((command) => [command, "--from", from, "--to", url]),
    ),
    ["list", from, hostile],
    ["list", from, "Job", "--where", `{"${hostile}": 1}`],
    ["list", from, "Job", "--order", `${hostile}:${hostile}`],
    ["list", from, "Job", "--after", `${hostile}${canary}`],
    ["show", from, "Job", hostile],
    ["stats", from, "--tenant", hostile],
    [hostile, away],
    [away],
    ["copy", `--${away}`, hostile],
    ["stats", from, `--${hostile}`],
    ["completion", hostile],
    ["verify", "--from", from, "--to", from, "--batch", hostile],
  ];
}

describe.each(targets)("over every command, of $name", (target) => {
  test("nothing secret is in any output, and nothing in data drives the terminal", async () => {
    const plain = await target.freshUrl();
    await fill(plain);
    await fill(`json:${path.join(folder, "other.json")}`);
    const from = withPassword(plain);
    for (const form of target === any ? [[], ["--json"]] : [[]]) {
      const to = withPassword(await target.freshUrl());
      for (const args of working(from, to)) {
        const { exitCode, out, error } = await runHere(...args, ...form);
        expect([args, [0, 3, 4, 7].includes(exitCode) ? "" : error]).toEqual([args, ""]);
        expectClean(args, out + error);
      }
      await rm(path.join(folder, "encrypted"), { force: true });
      for (const name of [`t${hostileName}`, `s${hostileName}`]) await rm(path.join(folder, name), { force: true });
    }
  });
});

test.runIf(any !== undefined)("nor where a command fails, which says the next step", async () => {
  const from = (await any?.freshUrl()) ?? "";
  await fill(from);
  for (const args of failing(from)) {
    const { exitCode, out, error } = await runHere(...args);
    expect([args, exitCode === 0 || exitCode === 1, out]).toEqual([args, false, ""]);
    expectClean(args, error);
    expect(error).toMatch(/^next: \S|--help shows how it is used/m);
    const json = await runHere(...args, "--json");
    expectClean(args, json.out + json.error);
    const { error: told } = JSON.parse(json.out) as { readonly error: Readonly<Record<string, unknown>> };
    expect([typeof told["message"], typeof told["next"]]).toEqual(["string", "string"]);
  }
});

function expectClean(args: readonly string[], text: string): void {
  expect([args, drives.exec(text)?.[0]]).toEqual([args, undefined]);
  for (const secret of ["c4nary", key]) expect([args, text.includes(secret)]).toEqual([args, false]);
}
