import { openStore } from "@holdfast/connect";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { runHere } from "./run-cli.ts";

const model = new URL("fixtures/young-model.ts", import.meta.url).pathname;
const targets = storesUnderTest().filter((target) => "reopen" in target);

describe.each(targets)("to $name", (target) => {
  test("a plan for a target that is not there yet says so, makes none, and ends with 0", async () => {
    const [from, to] = [await target.freshUrl(), await target.freshUrl()];
    await putNotes(from);
    const { exitCode, out } = await runHere("plan", "--from", from, "--to", to);
    expect([exitCode, out]).toEqual([0, expect.stringContaining("the target is not there yet")]);
    expect(out).toContain("to copy: 3 records and 0 tombstones, 42 bytes of documents");
    expect(out).toContain("  Note (tenant default): 3 records, 42 bytes\nnothing stands in the way\n");
    const again = await runHere("plan", "--from", from, "--to", to, "--json");
    expect(JSON.parse(again.out)).toMatchObject({ ok: true, records: 3 });
    expect(again.out).toContain('"targetMissing": "');
  });

  test("what stands in the way is named by type and id, and ends with 7", async () => {
    const [from, to] = [await target.freshUrl(), await target.freshUrl()];
    await putNotes(from);
    {
      await using held = await openStore(to);
      await held.write([{ put: { type: "Note", id: "mine", documentVersion: 1, body: {} }, expect: "absent" }]);
    }
    const { exitCode, out } = await runHere("plan", "--from", from, "--to", to);
    expect(exitCode).toBe(7);
    expect(out).toContain('1 problem, 1 in the way:\n  target Note "mine" (tenant default): ');
  });
});

test("a source that is not there, and a target that does not answer, are errors", async () => {
  const from = (await targets[0]?.freshUrl()) ?? "";
  expect((await runHere("plan", "--from", from, "--to", "memory:")).exitCode).not.toBe(0);
  const away = await runHere("plan", "--from", "memory:", "--to", "postgres://127.0.0.1:1/app", "--model", model);
  expect(away.exitCode).toBe(5);
});

async function putNotes(url: string): Promise<void> {
  await using store = await openStore(url);
  const ids = ["a", "b", "c"];
  await store.write(
    ids.map((id) => ({ put: { type: "Note", id, documentVersion: 1, body: { text: "abc" } }, expect: "absent" })),
  );
}
