import { openStore } from "@holdfast/connect";
import { defineWorkflow, workflow } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { runHere } from "./run-cli.ts";

const targets = storesUnderTest().filter((target) => "reopen" in target);
const escape = "\u001b]0;owned\u0007\u009b2J\u202e";

async function fill(url: string, { history }: { readonly history: boolean }): Promise<string> {
  const entities = defineWorkflow({ history });
  await using store = await openStore(url, { model: entities.model });
  const flow = workflow(store.tenant("acme"), { entities });
  await flow.newJob({ id: "j1", agentName: "a", context: { workspaceId: "w" } }, { by: "bob", reason: "ordered" });
  await flow.addResponse("j1", { status: "awaiting", message: "which?" }, { by: escape });
  await flow.jobs.create({ id: "j2", name: "n", agentName: "a" });
  return url;
}

describe.each(targets)("of $name", (target) => {
  test("history shows each step of a record, page by page, as a table and as JSON", async () => {
    const url = await fill(await target.freshUrl(), { history: true });
    const of = ["history", url, "Job", "j1", "--tenant", "acme"];
    const { exitCode, out, error } = await runHere(...of);
    expect([exitCode, error]).toEqual([0, ""]);
    expect(out).toMatch(/^when +version +event +from +to +by +reason$/m);
    expect(out).toMatch(/^\d{4}-\S+Z +2 +start_work +stopped +in_progress +bob +ordered$/m);
    expect(out).toMatch(/^\S+Z +3 +awaiting_on_input +in_progress +awaiting +\\u001b\]0;owned\\u0007\S+$/m);
    const json = await runHere(...of, "--limit", "1", "--json");
    const page = JSON.parse(json.out) as { readonly next: string };
    expect(page).toMatchObject({ type: "Job", id: "j1", tenant: "acme", version: 3, kept: true });
    expect(page).toHaveProperty("steps", [expect.objectContaining({ version: 2, event: "start_work", by: "bob" })]);
    const rest = await runHere(...of, "--after", page.next, "--json");
    expect(JSON.parse(rest.out)).toMatchObject({ steps: [{ event: "awaiting_on_input", by: escape }], next: null });
    expect((await runHere(...of, "--limit", "1")).error).toBe(`more follow: --after ${page.next}\n`);
  });

  test("history of a record that made no step says so, and outlives the record", async () => {
    const url = await fill(await target.freshUrl(), { history: true });
    const none = await runHere("history", url, "Job", "j2", "--tenant", "acme");
    expect([none.exitCode, none.out]).toEqual([0, expect.stringMatching(/^no step of Job "j2" was kept: /)]);
    expect((await runHere("history", url, "Job", "j3", "--tenant", "acme")).exitCode).toBe(3);
    {
      await using store = await openStore(url);
      await store.tenant("acme").write([{ delete: { type: "Job", id: "j1" }, expect: "present" }]);
    }
    const gone = await runHere("history", url, "Job", "j1", "--tenant", "acme", "--json");
    expect(JSON.parse(gone.out)).toMatchObject({ version: null, steps: [{ version: 2 }, { version: 3 }] });
  });

  test("a store whose lifecycles keep no history says how one is kept", async () => {
    const url = await fill(await target.freshUrl(), { history: false });
    const { exitCode, out } = await runHere("history", url, "Job", "j1", "--tenant", "acme");
    expect([exitCode, out]).toEqual([0, expect.stringContaining("declare it with { history: true }")]);
    const json = await runHere("history", url, "Job", "j1", "--tenant", "acme", "--json");
    expect(JSON.parse(json.out)).toMatchObject({ kept: false, version: 3, steps: [], next: null });
  });
});
