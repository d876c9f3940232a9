import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { openStore } from "@holdfast/connect";
import { storeHash } from "@holdfast/migrate";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { runHere } from "./run-cli.ts";

const targets = storesUnderTest().filter((target) => "reopen" in target);
const samples = new URL("../../migrate/test/originals/samples/", import.meta.url);
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-cli-export-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const tinyDb = `{
  "Case": {
    "1": {
      "id": "c1",
      "job_id": "j1",
      "name": "x"
    }
  },
  "Job": {
    "1": {
      "agent_name": "ada",
      "id": "j1",
      "status": "in_progress"
    }
  }
}`;

describe.each(targets)("of $name", (target) => {
  test("an export to a TinyDB file is what was imported, to the byte, and is imported the same", async () => {
    const [from, to] = [path.join(folder, "theirs.json"), path.join(folder, "back.json")];
    await writeFile(from, tinyDb);
    const url = await target.freshUrl();
    await runHere("import", "--from", `tinydb:${from}`, "--to", url, "--tenant", "acme");
    const { exitCode, out } = await runHere("export", url, "--to", `tinydb:${to}`, "--tenant", "acme");
    expect(exitCode).toBe(0);
    expect(out).toBe(`table  records\nCase         1\nJob          1\ntinydb:${to}: 2 records written\n`);
    expect(await readFile(to, "utf8")).toBe(tinyDb);
    const again = await runHere("import", "--from", `tinydb:${to}`, "--to", url, "--tenant", "acme");
    expect(again.out).toContain("0 records written, 2 were there already");
  });

  test("an export to a StateStore's database is imported the same, and names what has no place there", async () => {
    const from = path.join(folder, "theirs.db");
    await writeFile(from, await promisify(gunzip)(await readFile(new URL("orchestrator.db.gz", samples))));
    const [first, second] = [await target.freshUrl(), await target.freshUrl()];
    await runHere("import", "--from", `state-store:${from}`, "--to", first);
    const to = `state-store:${path.join(folder, "back.db")}`;
    const { exitCode, out } = await runHere("export", first, "--to", to, "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      to,
      tenant: "default",
      tables: [
        { table: "runs", records: 5 },
        { table: "intel_items", records: 500 },
        { table: "telemetry", records: 5 },
      ],
    });
    expect((await runHere("import", "--from", to, "--to", second)).exitCode).toBe(0);
    expect(await documentsOf(second)).toEqual(await documentsOf(first));
    {
      await using store = await openStore(first);
      await store.write([{ put: { type: "Note", id: "n", documentVersion: 1, body: {} }, expect: "absent" }]);
    }
    const more = await runHere("export", first, "--to", `state-store:${path.join(folder, "more.db")}`);
    expect(more.out).toContain("noted:\n  Note: the StateStore has no table for it: 1 records are left out\n");
  });
});

/** Of each type, in the order in which they were created. */
async function documentsOf(url: string): Promise<unknown> {
  await using store = await openStore(url);
  const found = await Promise.all(["Run", "IntelItem", "Telemetry"].map((type) => store.find({ type, limit: 10_000 })));
  return found.map(({ records }) => records.map(({ type, id, body }) => ({ type, id, body })));
}

const [any] = targets;

describe.runIf(any !== undefined)("of any store", () => {
  test("an export never overwrites a file, and leaves nothing where it fails", async () => {
    const url = (await any?.freshUrl()) ?? "";
    const taken = path.join(folder, "taken.json");
    const made = await openStore(url);
    const hash = await storeHash(made);
    await made.close();
    await writeFile(taken, "precious");
    for (const form of ["tinydb", "state-store"]) {
      const { exitCode, out, error } = await runHere("export", url, "--to", `${form}:${taken}`);
      expect([exitCode, out]).toEqual([2, ""]);
      expect(error).toContain("is there already");
      expect((await runHere("export", url, "--to", `${form}:${folder}/made/${form}`)).exitCode).toBe(0);
    }
    expect(await readFile(taken, "utf8")).toBe("precious");
    expect((await readdir(folder)).filter((name) => name.includes("partial"))).toEqual([]);
    await using store = await openStore(url);
    expect(await storeHash(store)).toBe(hash);
  });

  test.each([
    [["--to", "back.json"], '"tinydb:back.json"'],
    [["--to", "json:./back.json"], 'use "copy"'],
    [["--to", "tinydb:"], "names no file"],
    [["--to", "tinydb:./x", "--gzip"], "cannot be used with"],
    [["--to", "state-store:./x", "--list-order", "insertion"], "is for TinyDB files"],
    [["--tenant", "acme"], "an archive is of all tenants"],
    [["--json"], "an archive is of all tenants"],
  ])("export %j is not how it is used: exit code 2, and a sentence says why", async (args, sentence) => {
    const { exitCode, out, error } = await runHere("export", "memory:", ...args);
    expect([exitCode, error + out]).toEqual([2, expect.stringContaining(sentence)]);
  });
});
