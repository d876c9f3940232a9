import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

// Each starts processes or servers, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);
const root = new URL("../../../", import.meta.url);
const readmes = [
  "README.md",
  "packages/repositories/README.md",
  "docs/coming-from-supervaizer.md",
  "docs/coming-from-statestore.md",
].map((file) => readFile(new URL(file, root), "utf8"));
const examples = (await Promise.all(readmes)).flatMap((readme) =>
  [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? ""),
);

/** The examples resolve packages as the demo does, and keep their files elsewhere. */
let sources: string;
let workplace: string;

beforeAll(async () => {
  sources = await mkdtemp(fileURLToPath(new URL("../demo_data_readme-", import.meta.url)));
  workplace = await mkdtemp(path.join(tmpdir(), "holdfast-readme-"));
});
afterAll(async () => {
  for (const folder of [sources, workplace]) await rm(folder, { recursive: true, force: true });
});

/** What an example's comments say that it prints: `console.log(…); // 42`. */
function promised(example: string): readonly string[] {
  return [...example.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map((match) => match[1] ?? "");
}

describe("the examples of the READMEs and guides, one after the other", () => {
  test.each(examples.map((example, at) => ({ example, at: at + 1 })))(
    "example $at prints what its comments say",
    async ({ example, at }) => {
      const file = path.join(sources, `example-${at}.ts`);
      await writeFile(file, example);
      const { stdout } = await run(process.execPath, ["--conditions=holdfast-source", file], { cwd: workplace });
      expect(stdout.trim().split("\n")).toEqual(promised(example));
    },
  );
});

test("the examples fit the types", async () => {
  const folder = path.join(sources, "types");
  await mkdir(folder);
  const compilerOptions = { composite: false, noEmit: true, rootDir: "." };
  const settings = { extends: "@holdfast-tooling/tsconfig/source.json", compilerOptions, include: ["*.ts"] };
  await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(settings));
  for (const [at, example] of examples.entries()) await writeFile(path.join(folder, `example-${at + 1}.ts`), example);
  const checked = run(fileURLToPath(new URL("node_modules/.bin/tsc", root)), ["-p", folder]);
  await expect(checked).resolves.toMatchObject({ stdout: "" });
});

test("there are examples, and each prints something", () => {
  expect(examples.length).toBeGreaterThanOrEqual(2);
  for (const example of examples) expect(promised(example)).not.toEqual([]);
});

test("the first example takes no more than thirty lines", () => {
  const lines = (examples[0] ?? "").split("\n").filter((line) => line.trim() !== "");
  expect(lines.length).toBeLessThanOrEqual(30);
});
