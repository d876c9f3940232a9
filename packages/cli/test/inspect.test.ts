import { fileURLToPath } from "node:url";

import { openStore, shownUrl } from "@holdfast/connect";
import type { JsonObject, Layout } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test, vi } from "vitest";

import { runHere } from "./run-cli.ts";

// Each opens servers and files, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const targets = storesUnderTest().filter((target) => "reopen" in target);
const checkedModel = fileURLToPath(new URL("fixtures/checked-model.ts", import.meta.url));
const escape = "\u001b]0;owned\u0007\u009b2J\u202e";

const layout: Layout = {
  types: [
    {
      type: "Job",
      schemaVersion: 1,
      fields: [
        { name: "status", kind: "string" },
        { name: "parentId", kind: "string" },
      ],
      indexes: [
        { fields: ["status"], unique: false },
        { fields: ["parentId"], unique: false },
      ],
      references: [{ field: "parentId", to: "Job" }],
    },
  ],
};

async function fill(url: string): Promise<string> {
  await using store = await openStore(url, { model: { layout } });
  const put = async (tenant: string, type: string, id: string, body: JsonObject): Promise<void> => {
    await store.tenant(tenant).write([{ put: { type, id, documentVersion: 1, body }, expect: "any" }]);
  };
  await put("default", "Job", "j1", { status: "awaiting", title: escape, account: { apiKey: "sk_hidden", url: "u" } });
  await put("default", "Job", "j2", { status: escape, agentParameters: [{ name: "key", value: "sk_hidden" }] });
  await put("default", "Job", "j3", { status: "done" });
  await put("acme", "Note", "n1", { text: "x" });
  return url;
}

describe.each(targets)("of $name", (target) => {
  test("list, show, count and stats say what is there, read only, and nothing drives the terminal", async () => {
    const url = await fill(await target.freshUrl());
    const list = await runHere("list", url, "Job");
    expect(list.exitCode).toBe(0);
    expect(list.out).toMatch(/^id +version +updated +status +parentId$/m);
    expect(list.out).toMatch(/^j1 +1 +\d{4}-\d\d-\d\dT[\d:.]+Z +awaiting +null$/m);
    const show = await runHere("show", url, "Job", "j1");
    expect(JSON.parse(show.out)).toMatchObject({
      type: "Job",
      id: "j1",
      version: 1,
      tenant: "default",
      body: { status: "awaiting", title: escape, account: { apiKey: "[redacted]", url: "u" } },
    });
    expect(await runHere("count", url, "Job")).toMatchObject({ exitCode: 0, out: "3\n" });
    expect((await runHere("count", url)).out).toBe("Job  3\n");
    expect((await runHere("count", url, "--tenant", "acme")).out).toBe("Note  1\n");
    const stats = await runHere("stats", url);
    expect(stats.out).toMatch(/: serializable, writers: \w+, durability: [\w-]+$/m);
    expect(stats.out).toMatch(/^acme +Note +1 +0$/m);
    expect(stats.out).toMatch(/^ +all +4 +0$/m);
    expect((await runHere("stats", url, "--tenant", "acme")).out).toMatch(/^ +all +1 +0$/m);
    for (const { out } of [list, show, stats, await runHere("list", url, "Job", "--json")]) {
      expect(out).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
    }
  });

  test("a list goes on behind its page, by conditions and in another order", async () => {
    const url = await fill(await target.freshUrl());
    const first = await runHere("list", url, "Job", "--limit", "2", "--order", "id:desc", "--json");
    const page: unknown = JSON.parse(first.out);
    expect(page).toMatchObject({ records: [{ id: "j3" }, { id: "j2" }] });
    const plain = await runHere("list", url, "Job", "--limit", "2", "--order", "id:desc");
    const token = /--after (\S+)/.exec(plain.error)?.[1] ?? "";
    const rest = await runHere("list", url, "Job", "--limit", "2", "--order", "id:desc", "--after", token);
    expect(rest.out).toContain("j1");
    expect(rest.error).toBe("");
    const where = await runHere("list", url, "Job", "--where", '{"status": {"in": ["done"]}}');
    expect(where.out.split("\n").map((line) => line.split(" ")[0])).toEqual(["id", "j3", ""]);
  });

  test("check finds nothing in a whole store, and names a reference that leads nowhere: exit code 7", async () => {
    const url = await fill(await target.freshUrl());
    // A server of tests may have settings that a real one would be warned of.
    const whole = await runHere("check", url);
    expect(whole.out).toMatch(
      /^nothing was found\n$|^\d problems?:\n(?: {2}settings: .*\n)+what to do:\n {2}settings: .*\n$/,
    );
    expect(whole.exitCode).toBe(whole.out.startsWith("nothing") ? 0 : 7);
    {
      await using store = await openStore(url, { model: { layout } });
      const put = { type: "Job", id: "lost", documentVersion: 1, body: { parentId: "gone" } };
      await store.write([{ put, expect: "absent" }]);
    }
    const found = await runHere("check", url);
    expect(found.exitCode).toBe(7);
    expect(found.out).toMatch(/^ {2}orphan: .* \(Job "lost", tenant default\)$/m);
    expect(found.out).toMatch(/^what to do:\n(?: {2}settings: .*\n)? {2}orphan: save the record with another parent/m);
    expect((await runHere("check", url, "--tenant", "acme")).out).toBe(whole.out);
    const { out } = await runHere("check", url, "--json");
    const report: unknown = JSON.parse(out);
    expect(report).toMatchObject({ ok: false });
    expect(report).toHaveProperty("problems", expect.arrayContaining([expect.objectContaining({ kind: "orphan" })]));
  });

  test("check names documents that do not fit their schemas, and says what to do", async () => {
    const url = await fill(await target.freshUrl());
    const { exitCode, out } = await runHere("check", url, "--model", checkedModel);
    expect(exitCode).toBe(7);
    expect(out.match(/^ {2}schema: .* \(Job "j\d", tenant default\)$/gm)).toHaveLength(3);
    expect(out).not.toContain("sk_hidden");
    expect(out).toMatch(/^ {2}schema: correct the documents, or give the entity a new schemaVersion/m);
  });

  test("what is not there is told with the exit code: a store, a type, a record", async () => {
    const url = await fill(await target.freshUrl());
    expect((await runHere("count", await target.freshUrl())).exitCode).not.toBe(0);
    const type = await runHere("list", url, "Jobs");
    expect([type.exitCode, type.error]).toEqual([
      3,
      'holdfast: the store has no type "Jobs"; it has Job (NOT_FOUND)\nnext: write Job, if that is the type you mean\n',
    ]);
    const record = await runHere("show", url, "Job", "j9");
    expect([record.exitCode, record.error]).toEqual([
      3,
      `holdfast: there is no Job "j9" (tenant default) (NOT_FOUND)\nnext: holdfast list ${shownUrl(url)} Job shows those that are there\n`,
    ]);
    expect((await runHere("show", url, "Note", "n1", "--tenant", "acme")).exitCode).toBe(0);
  });
});

const [first] = targets;

test.runIf(first !== undefined)("secrets are shown on request only", async () => {
  const url = await fill((await first?.freshUrl()) ?? "");
  for (const id of ["j1", "j2"]) {
    expect((await runHere("show", url, "Job", id)).out).not.toContain("sk_hidden");
    expect((await runHere("show", url, "Job", id, "--secrets")).out).toContain("sk_hidden");
  }
  expect((await runHere("list", url, "Job", "--json")).out).not.toContain("sk_hidden");
});

test.runIf(first !== undefined).each([
  [["list", "--where", "status"], "--where is an object of conditions"],
  [["list", "--where", '{"owner": 1}'], "owner"],
  [["list", "--order", "id:up"], "--order is a field"],
  [["list", "--limit", "0"], "limit"],
  [["list", "--after", "forged"], ""],
])("%j is not how it is used: exit code 2", async ([command = "", ...options], sentence) => {
  const url = await fill((await first?.freshUrl()) ?? "");
  const { exitCode, out, error } = await runHere(command, url, "Job", ...options);
  expect([exitCode, out]).toEqual([2, ""]);
  expect(error).toContain(sentence);
});
