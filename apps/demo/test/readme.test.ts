import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { freshUrl, stores } from "./places.ts";

// They start processes and servers, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
/** Its examples are parts of a test file of the reader's. */
const elsewhere = ["packages/conformance/README.md"];
const pages = ["README.md", ...globSync("packages/*/README.md", { cwd: root }).sort()]
  .concat("docs/coming-from-supervaizer.md", "docs/coming-from-statestore.md")
  .filter((page) => !elsewhere.includes(page));
/** The server that the pages name. */
const namedServer = "postgres://app@db.example/app?schema=workflow";
const hasPostgres = stores.includes("postgres");

interface Example {
  readonly page: string;
  readonly at: number;
  readonly source: string;
}

const examples = (await Promise.all(pages.map(examplesOf))).flat();
const runnable = examples.filter(({ source }) => hasPostgres || !source.includes(namedServer));

async function examplesOf(page: string): Promise<readonly Example[]> {
  const found = (await readFile(path.join(root, page), "utf8")).matchAll(/^```ts\n(.*?)^```$/gms);
  return Array.from(found, ([, source = ""], at) => ({ page, at: at + 1, source }));
}

/** The examples resolve packages as the demo does, and keep their files elsewhere. */
let sources: string;
let workplace: string;
/** What each example printed, in their order. */
let printed: readonly string[];

beforeAll(async () => {
  sources = await mkdtemp(fileURLToPath(new URL("../demo_data_readme-", import.meta.url)));
  workplace = await mkdtemp(path.join(tmpdir(), "holdfast-readme-"));
  printed = await runAll();
});
afterAll(async () => {
  for (const folder of [sources, workplace]) await rm(folder, { recursive: true, force: true });
});

/** One after the other in one process, since starting one costs more than most examples do. */
async function runAll(): Promise<readonly string[]> {
  const server = hasPostgres ? await freshUrl("postgres") : "";
  for (const [at, { source }] of runnable.entries()) {
    await writeFile(path.join(sources, `example-${at}.ts`), source.replaceAll(namedServer, server));
  }
  const program = `for (let at = 0; at < ${runnable.length}; at++) {
  await import(\`./example-\${at}.ts\`).catch((error) => console.log("it failed:", error));
  console.log("\\f");
}`;
  const file = path.join(sources, "all.mjs");
  await writeFile(file, program);
  const { stdout } = await run(process.execPath, ["--conditions=holdfast-source", file], { cwd: workplace });
  return stdout.split("\f\n");
}

/** What an example's comments say that it prints: `console.log(…); // 42`. */
function promised(source: string): readonly string[] {
  return [...source.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map((match) => match[1] ?? "");
}

describe("the examples of the READMEs and guides, one after the other", () => {
  test.each(runnable)("example $at of $page prints what its comments say", (example) => {
    const lines = (printed[runnable.indexOf(example)] ?? "").trim().split("\n");
    expect(lines).toEqual(promised(example.source));
  });
});

test("the examples fit the types", async () => {
  const folder = path.join(sources, "types");
  await mkdir(folder);
  const compilerOptions = { composite: false, noEmit: true, rootDir: "." };
  const settings = { extends: "@holdfast-tooling/tsconfig/source.json", compilerOptions, include: ["*.ts"] };
  await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(settings));
  for (const [at, { source }] of examples.entries()) await writeFile(path.join(folder, `example-${at}.ts`), source);
  const checked = run(path.join(root, "node_modules/.bin/tsc"), ["-p", folder]);
  await expect(checked).resolves.toMatchObject({ stdout: "" });
});

test("each package that people install shows an example, and each example prints something", () => {
  const bare = pages.filter((page) => !examples.some((example) => example.page === page));
  expect(bare).toEqual(["packages/cli/README.md", "packages/store-sql/README.md"]);
  for (const { source } of examples) expect(promised(source)).not.toEqual([]);
});

test("the first example takes no more than thirty lines", () => {
  const lines = (examples[0]?.source ?? "").split("\n").filter((line) => line.trim() !== "");
  expect(lines.length).toBeLessThanOrEqual(30);
});
