import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openStore } from "@holdfast/connect";
import { afterEach, beforeEach, expect, test } from "vitest";

import { runHere } from "./run-cli.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-recover-"));
  path = join(folder, "entities.json");
  await using store = await openStore(`json:${path}`);
  const texts = ["one", "two", "three"];
  await store.write(
    texts.map((id) => ({ put: { type: "Note", id, documentVersion: 1, body: { text: id } }, expect: "absent" })),
  );
});

afterEach(() => rm(folder, { recursive: true }));

/** Changes the stored file, as damage or a person would. */
async function change(from: string, to: string): Promise<void> {
  await writeFile(path, (await readFile(path, "utf8")).replace(from, to));
}

test("recovers all that can be proven whole, names what is lost, keeps the damaged file, and ends with 7", async () => {
  await change('"text":"two"', '"text":"tvo');
  await expect(openStore(`json:${path}`)).rejects.toMatchObject({ code: "STORE_CORRUPT", details: { whole: 2 } });
  const { exitCode, out } = await runHere("recover", `json:${path}`, "--yes");
  expect(exitCode).toBe(7);
  expect(out).toContain("2 records and 0 tombstones");
  expect(out).toMatch(/entities\.json, line \d, byte \d+: not what its checksum says/);
  expect(out).toContain("entities.json.damaged");
  expect(await readdir(folder)).toEqual(["entities.json", "entities.json.damaged"]);
  await using store = await openStore(`json:${path}`);
  expect(await store.count("Note")).toBe(2);
  expect((await store.check()).problems.map(({ message }) => message)).toContainEqual(
    expect.stringContaining("entities.json.damaged"),
  );
});

test("changes nothing without a yes, and says what it would do", async () => {
  await change('"text":"two"', '"text":"tvo');
  const before = await readFile(path, "utf8");
  const { exitCode, out, error } = await runHere("recover", `json:${path}`);
  expect([exitCode, out]).toEqual([3, ""]);
  expect(error).toContain("would be recovered");
  expect([await readFile(path, "utf8"), await readdir(folder)]).toEqual([before, ["entities.json"]]);
});

test("--accept-edit takes a file that a person changed, and the store opens with the change", async () => {
  await change('"text":"two"', '"text":"by hand"');
  const refused = await runHere("copy", "--from", `json:${path}`, "--to", "memory:");
  expect(refused.exitCode).toBe(7);
  expect(refused.error).toContain("--accept-edit");
  const { exitCode, out } = await runHere("recover", `json:${path}`, "--accept-edit", "--yes", "--json");
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ store: `json:${path}`, outcome: "complete", records: 3, lost: [], kept: [] });
  await using store = await openStore(`json:${path}`);
  expect(await store.get("Note", ["two"])).toMatchObject([{ body: { text: "by hand" } }]);
});

test("says of a store that is whole that nothing is damaged", async () => {
  const { exitCode, out } = await runHere("recover", `json:${path}`);
  expect([exitCode, out]).toEqual([0, expect.stringContaining("nothing is damaged: 3 records")]);
});

test("a store that is open elsewhere is not touched, and other stores have tools of their own", async () => {
  await using store = await openStore(`json:${path}`);
  expect(await store.count("Note")).toBe(3);
  expect((await runHere("recover", `json:${path}`, "--yes")).exitCode).toBe(5);
  const { exitCode, error } = await runHere("recover", "memory:");
  expect([exitCode, error]).toEqual([2, expect.stringContaining("no recovery of its own")]);
});
