import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

interface Outcome {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

const packageFile = createRequire(import.meta.url).resolve("@holdfast/conformance/package.json");
const main = path.join(path.dirname(packageFile), "src/main.ts");
const here = fileURLToPath(new URL(".", import.meta.url));

/** Runs the command as a shell would. */
function runCommand(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const command = ["--conditions=holdfast-source", main, ...args];
    const child = execFile(process.execPath, command, { cwd: here }, (_failure, out, error) =>
      resolve({ exitCode: child.exitCode ?? -1, out, error }),
    );
  });
}

test("a backend that keeps the contract ends with 0, and what it does not guarantee is listed with the reason", async () => {
  const { exitCode, out, error } = await runCommand(
    "@holdfast/store-memory",
    "--url",
    "memory:",
    "--filter",
    "version",
  );
  expect(error).toBe("");
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^the store contract, kept by memory\n +\d+ records and versions\n/m);
  expect(out).toMatch(/^the store contract, kept inside transactions of memory\n/m);
  expect(out).toContain("\nNot guaranteed, since its data ends with the store:\n");
  expect(out).toContain("\n  - opening again > goes on with the versions, those of tombstones too\n");
  expect(out.trimEnd()).toMatch(/\nmemory: \d\d+ kept, 0 broken, [1-9] not guaranteed, in [\d.]+ s$/);
});

test("a backend that breaks a promise ends with 1, and the broken behaviour is named with what it did", async () => {
  const { exitCode, out } = await runCommand("./fixtures/miscounting-backend.ts", "--filter", "counts");
  expect(exitCode).toBe(1);
  expect(out).toMatch(/^BROKEN counts > .*\n +AssertionError/m);
  expect(out.trimEnd()).toMatch(/\nmiscounting: \d+ kept, [1-9]\d* broken, 0 not guaranteed, in [\d.]+ s$/);
});

test("a module may say itself where fresh places are", async () => {
  const { exitCode, out } = await runCommand("./fixtures/modest-backend.ts", "--filter", "is closed by await using");
  expect(exitCode).toBe(0);
  expect(out).toContain("\nmemory: 1 kept, 0 broken, 0 not guaranteed");
});

test.each([
  ["no module", [], "name one module"],
  ["two modules", ["a", "b"], "name one module"],
  ["an unknown option", ["a", "--ulr", "x"], "--ulr"],
  ["a time limit that is none", ["a", "--timeout", "soon"], "--timeout"],
])("%s ends with 2 and the usage", async (_what, args, said) => {
  const { exitCode, out, error } = await runCommand(...args);
  expect([exitCode, out]).toEqual([2, ""]);
  expect(error).toContain(said);
  expect(error).toContain("Usage: holdfast-conformance <module> [options]");
});

test.each([
  ["a module that is not there", ["./fixtures/none.ts"], "none.ts"],
  ["a package that is not installed", ["a-backend-that-nobody-has"], "a-backend-that-nobody-has"],
  [
    "a module without a backend",
    ["./fixtures/no-backend.ts"],
    'exports no backend: it needs an export named "backend"',
  ],
  ["a place that cannot be opened", ["@holdfast/store-memory"], "INVALID_CONFIG"],
  [
    "a filter that fits nothing",
    ["./fixtures/modest-backend.ts", "--filter", "no such words"],
    "nothing fits the filter",
  ],
])("%s ends with 2 and the reason", async (_what, args, said) => {
  const { exitCode, error } = await runCommand(...args);
  expect(exitCode).toBe(2);
  expect(error).toContain(said);
  expect(error).not.toContain("Usage:");
});

test("help ends with 0", async () => {
  const { exitCode, out } = await runCommand("--help");
  expect(exitCode).toBe(0);
  expect(out).toContain("Usage: holdfast-conformance");
});
