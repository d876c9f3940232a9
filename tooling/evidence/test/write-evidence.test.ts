import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { writeEvidence } from "../src/index.ts";
import type { Evidence } from "../src/index.ts";

const evidence: Evidence = {
  name: "crash-images",
  title: "Crash images",
  figures: { images: 7, seed: "3" },
  promises: [{ promise: "nothing is lost", test: "packages/x/test/x.test.ts", name: "loses nothing" }],
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-evidence-"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test("what a check saw stands as JSON in the folder that the environment names, the last word counting", async () => {
  vi.stubEnv("HOLDFAST_EVIDENCE", join(folder, "made", "here"));
  await writeEvidence({ ...evidence, figures: {} });
  await writeEvidence(evidence);
  expect(JSON.parse(await readFile(join(folder, "made", "here", "crash-images.json"), "utf8"))).toEqual(evidence);
});

test("nothing is written where the environment names no folder", async () => {
  vi.stubEnv("HOLDFAST_EVIDENCE", "");
  await writeEvidence(evidence);
  expect(await readdir(folder)).toEqual([]);
});

test("a name that is no plain file's name is refused", async () => {
  vi.stubEnv("HOLDFAST_EVIDENCE", folder);
  await expect(writeEvidence({ ...evidence, name: "../x" })).rejects.toThrow("no name");
  expect(await readdir(folder)).toEqual([]);
});
