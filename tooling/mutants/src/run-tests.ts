/**
 * Runs some tests of a working copy by vitest in a process of its own, which is ended when it takes too long. A server
 * of Postgres is started by that process where a test wants one and `DATABASE_URL` names none.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import type { Finder } from "./mutant.ts";

export interface TestRun {
  /** The whole names of the tests that passed and that failed. */
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  /** What went wrong where there is no report, or where files could not even be loaded. */
  readonly broken?: string;
}

const testMs = 60_000;
const runMs = 300_000;

/** `bail`: to end at the first test that fails. */
export async function runTests(root: string, finders: readonly Finder[], bail = false): Promise<TestRun> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-mutants-report-"));
  const reportFile = path.join(folder, "report.json");
  try {
    const { output, hung } = await vitest(root, [
      ...selection(finders),
      "--bail",
      bail ? "1" : "0",
      "--reporter",
      "json",
      "--outputFile",
      reportFile,
    ]);
    const report = await readFile(reportFile, "utf8").catch(() => undefined);
    if (report !== undefined) return readReport(report);
    return { passed: [], failed: [], broken: hung ? `no end within ${runMs} ms` : output.slice(-2_000) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function selection(finders: readonly Finder[]): readonly string[] {
  const patterns = unique(finders.map(({ pattern }) => pattern)).join("|");
  return [
    ...unique(finders.map(({ project }) => project)).flatMap((project) => ["--project", project]),
    ...unique(finders.map(({ file }) => file)),
    "-t",
    patterns,
    "--testTimeout",
    String(testMs),
  ];
}

async function vitest(root: string, given: readonly string[]): Promise<{ output: string; hung: boolean }> {
  const program = path.join(root, "node_modules", "vitest", "vitest.mjs");
  const environment = { ...process.env, NO_COLOR: "1" };
  // This may run inside a vitest, whose own variables are not meant for the one within.
  for (const name of Object.keys(environment)) if (name.startsWith("VITEST")) Reflect.deleteProperty(environment, name);
  const child = spawn(process.execPath, [program, "run", ...given], {
    cwd: root,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: runMs,
    killSignal: "SIGKILL",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(child, "close");
  return { output, hung: child.signalCode === "SIGKILL" };
}

function readReport(text: string): TestRun {
  const { testResults } = JSON.parse(text) as Report;
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const named = (status: string): readonly string[] =>
    tests.filter((each) => each.status === status).map(({ fullName }) => fullName);
  const unloaded = testResults.find(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  const run = { passed: named("passed"), failed: named("failed") };
  return unloaded === undefined ? run : { ...run, broken: unloaded.message };
}

/** What vitest's reporter writes, as far as it is read here. */
interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
