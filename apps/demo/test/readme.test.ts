import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

// Each starts processes or servers, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);
const readmes = ["README.md", "packages/repositories/README.md"].map((file) =>
  readFile(new URL(`../../../${file}`, import.meta.url), "utf8"),
);
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

describe("the examples of the READMEs, one after the other", () => {
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

test("there are examples, and each prints something", () => {
  expect(examples.length).toBeGreaterThanOrEqual(2);
  for (const example of examples) expect(promised(example)).not.toEqual([]);
});

test("the first example takes no more than thirty lines", () => {
  const lines = (examples[0] ?? "").split("\n").filter((line) => line.trim() !== "");
  expect(lines.length).toBeLessThanOrEqual(30);
});
