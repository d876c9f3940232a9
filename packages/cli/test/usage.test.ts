import { readFile } from "node:fs/promises";

import { HoldfastError } from "@holdfast/core";
import { expect, test, vi } from "vitest";

import { exitCodeOf } from "../src/exit-codes.ts";
import { runCli, runHere } from "./run-cli.ts";

// Each starts processes or servers, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

test("--version says the version of the package", async () => {
  const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
  const { exitCode, out } = await runCli("--version");
  expect(exitCode).toBe(0);
  expect(manifest).toContain(`"version": "${out.trim()}"`);
});

test.each([["--help"], ["copy", "--help"], ["help", "copy"]])("%s %s shows examples", async (...args) => {
  const { exitCode, out } = await runHere(...args);
  expect(exitCode).toBe(0);
  expect(out).toContain("$ holdfast copy --from json:./data/entities.json --to sqlite:./data/app.db");
});

test.each([
  [[], "Usage: holdfast"],
  [["cpoy"], "unknown command 'cpoy'"],
  [["copy", "--from", "memory:"], "required option '--to <url>' not specified"],
  [["copy", "--from", "memory:", "--to", "memory:", "--fast"], "unknown option '--fast'"],
  [["copy", "--from", "memory:", "--to", "memory:", "--batch", "many"], "It is a whole number."],
  [["copy", "--from", "memory:", "--to", "memory:", "--batch", "0"], "from 1 to 10000"],
  [["copy", "--from", "mysql://me@host/app", "--to", "memory:"], 'no backend is known for "mysql:"'],
])("%j is not how it is used: exit code 2, and a sentence says why", async (args, sentence) => {
  const { exitCode, out, error } = await runHere(...args);
  expect(exitCode).toBe(2);
  expect(error).toContain(sentence);
  expect(out).toBe("");
});

test.each([
  ["copy", "--from", "mysql://me:hunter2@host/app", "--to", "memory:"],
  ["copy", "--from", "memory:", "--to", "postgres://me:hunter2@127.0.0.1:1/app"],
  ["copy", "--from", "memory:", "--to", "postgres://127.0.0.1:1/app?user=me&password=hunter2", "--json"],
  ["postgres://me:hunter2@host/app"],
  ["copy", "--postgres://me:hunter2@host/app"],
  ["copy", "--from", "me:hunter2@host", "--to", "memory:"],
])("no password is ever printed: %s %s %s %s %s", async (...args) => {
  const { exitCode, out, error } = await runHere(...args.filter((each) => each !== undefined));
  expect(exitCode).not.toBe(0);
  expect(out + error).not.toContain("hunter2");
});

test("a database that cannot be reached is exit code 5, and as JSON it says its error's code", async () => {
  const { exitCode, out } = await runCli("copy", "--from", "memory:", "--to", "postgres://127.0.0.1:1/app", "--json");
  expect(exitCode).toBe(5);
  expect(JSON.parse(out)).toMatchObject({ error: { code: "STORE_UNAVAILABLE" } });
});

test("a shell sees the exit code and the sentence too, and no password", async () => {
  const { exitCode, error } = await runCli("copy", "--from", "mysql://me:hunter2@host/app", "--to", "memory:");
  expect(exitCode).toBe(2);
  expect(error).toContain('no backend is known for "mysql:"');
  expect(error).not.toContain("hunter2");
});

test.each([
  ["INVALID_CONFIG", 2],
  ["CONFLICT", 3],
  ["STORE_LOCKED", 5],
  ["BACKEND_NOT_INSTALLED", 6],
  ["STORE_CORRUPT", 7],
  ["ABORTED", 130],
] as const)("a failure with %s is exit code %d", (code, exitCode) => {
  expect(exitCodeOf(new HoldfastError("x", { code }))).toBe(exitCode);
});

test("a failure that nobody expected is exit code 1", () => {
  expect(exitCodeOf(new TypeError("x"))).toBe(1);
});
