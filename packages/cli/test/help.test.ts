import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";

import { defineWorkflow, workflow } from "@holdfast/repositories";
import { openStore } from "@holdfast/connect";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { exitCodes } from "../src/exit-codes.ts";
import { holdfastProgram } from "../src/holdfast-program.ts";
import { jsonFields } from "../src/json-fields.ts";
import { cliPage } from "./cli-page.ts";
import { runHere } from "./run-cli.ts";
import { shellWords } from "./shell-words.ts";

const page = new URL("../../../docs/cli.md", import.meta.url);
const commands = program().commands.map((each) => each.name());
const hasFiles = ["json", "sqlite"].every((name) => storesUnderTest().some((target) => target.name === name));

function program() {
  const console = { out: new PassThrough(), error: new PassThrough() };
  return holdfastProgram({ console, signal: new AbortController().signal, exitWith: () => undefined });
}

const help: string[] = [];
for (const command of [[], ...commands.map((each) => [each])]) help.push((await runHere(...command, "--help")).out);
/** Each command that a help shows, up to where its output goes elsewhere. */
const examples = help.flatMap((text) => [...text.matchAll(/^ {2}\$ (.*)$/gm)].map(([, line = ""]) => line));

test("every command is there, and its help has an example of it", () => {
  expect(commands.toSorted()).toEqual(
    "backup check completion copy count export history import layout list plan recover restore show stats verify".split(
      " ",
    ),
  );
  expect(commands.filter((command) => !examples.some((line) => line.includes(`holdfast ${command} `)))).toEqual([]);
});

test.each([...new Set(examples)])("the example is how it is used: %s", async (line) => {
  const called: string[] = [];
  const parsed = program();
  for (const command of parsed.commands) command.action(() => void called.push(command.name()));
  const [name = "", ...args] = shellWords(line);
  expect(name).toBe("holdfast");
  await parsed.parseAsync(args, { from: "user" });
  expect(called).toEqual([args[0]]);
});

test("docs/cli.md has the exit codes, the help and the JSON of every command", async () => {
  const head = (await readFile(page, "utf8")).split("## Exit codes")[0] ?? "";
  await expect(`${head}${await cliPage(commands)}`).toMatchFileSnapshot(fileURLToPath(page));
});

test("the README's table has every exit code", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const codes = [...readme.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(exitCodes));
});

describe.runIf(hasFiles)("with the files that examples name", () => {
  let folder = "";

  const here = (words: readonly string[]): readonly string[] =>
    words.map((word) => word.replace(/(^|:)\.\//, `$1${folder}/`));

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "holdfast-examples-"));
    const entities = defineWorkflow({ history: true });
    await using store = await openStore(`json:${folder}/data/entities.json`, { model: entities.model });
    const flow = workflow(store, { entities });
    await flow.newJob({ id: "job-1", agentName: "a", context: { workspaceId: "w" } });
    await store.close();
    await runHere("copy", "--from", `json:${folder}/data/entities.json`, "--to", `sqlite:${folder}/data/app.db`);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const runnable = [...new Set(examples)]
    .map((line) => ({ line, words: shellWords(line).slice(1) }))
    .filter(
      ({ line, words }) =>
        !/postgres:|[|>]|=\$|\.ts|archive\.gz|state\.db|orchestrator/.test(line) && words[0] !== "completion",
    )
    .filter(({ words }) => words[0] !== "import");

  test.each(runnable)("the example runs: $line", async ({ words }) => {
    const { exitCode, error } = await runHere(...here(words));
    expect([exitCode, error.includes("next:")]).toEqual([0, false]);
  });

  const json: readonly (readonly string[])[] = [
    ["list", "sqlite:./data/app.db", "Job"],
    ["show", "sqlite:./data/app.db", "Job", "job-1"],
    ["history", "sqlite:./data/app.db", "Job", "job-1"],
    ["count", "sqlite:./data/app.db"],
    ["stats", "sqlite:./data/app.db"],
    ["check", "sqlite:./data/app.db"],
    ["backup", "sqlite:./data/app.db", "./a.archive"],
    ["restore", "json:./data/restored.json", "./a.archive"],
    ["restore", "json:./data/restored.json", "./a.archive", "--replace", "--yes"],
    ["copy", "--from", "sqlite:./data/app.db", "--to", "json:./data/copied.json"],
    ["plan", "--from", "sqlite:./data/app.db", "--to", "json:./data/planned.json"],
    ["verify", "--from", "sqlite:./data/app.db", "--to", "json:./data/entities.json"],
    ["export", "sqlite:./data/app.db", "--to", "tinydb:./t.json"],
    ["import", "--from", "tinydb:./t.json", "--to", "json:./data/imported.json"],
    ["layout", "sqlite:./data/app.db", "--print"],
    ["layout", "sqlite:./data/app.db", "--prune", "--yes"],
    ["recover", "json:./data/entities.json"],
  ];

  test.each(json)("%s --json is one document with the fields that the page names", async (...args) => {
    const [command = ""] = args;
    const { exitCode, out } = await runHere(...here(args), "--json");
    expect(exitCode).toBe(0);
    const fields = Object.keys(JSON.parse(out) as object);
    const named = Object.keys(jsonFields[command] ?? {});
    expect(fields.filter((field) => !named.includes(field) && !named.includes(`${field}?`))).toEqual([]);
    expect(named.filter((name) => !name.endsWith("?") && !fields.includes(name))).toEqual([]);
  });
});
