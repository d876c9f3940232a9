import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { openStore } from "@holdfast/connect";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { nearName } from "../src/near-name.ts";
import { runHere } from "./run-cli.ts";

const hasJson = storesUnderTest().some(({ name }) => name === "json");
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-mistakes-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Mistake {
  readonly args: readonly string[];
  readonly code: number;
  readonly says: RegExp;
  readonly next: RegExp;
}

const usage = /--help shows how it is used, with examples/;

/** `@` stands for a store with one `Job` and one `Note`, `%` for a folder. */
const mistakes: readonly Mistake[] = [
  { args: ["cpoy"], code: 2, says: /unknown command 'cpoy'\n\(Did you mean copy\?\)/, next: usage },
  { args: ["list", "@", "Job", "--limt", "3"], code: 2, says: /unknown option '--limt'/, next: /Did you mean --limit/ },
  { args: ["list", "@"], code: 2, says: /missing required argument 'type'/, next: /holdfast list --help shows/ },
  { args: ["stats", "mysql://me@host/app"], code: 2, says: /no backend is known for "mysql:"/, next: usage },
  { args: ["stats", "josn:./x"], code: 2, says: /no backend is known for "josn:"/, next: /next: write json: at/ },
  { args: ["stats", "./app.db"], code: 2, says: /did you mean "sqlite:\.\/app\.db"/, next: usage },
  {
    args: ["stats", "json:%/none.json"],
    code: 5,
    says: /does not exist|not there/,
    next: /next: look whether .*the file is there/,
  },
  { args: ["restore", "@", "%/none"], code: 5, says: /does not exist/, next: /next: look whether .*the file is there/ },
  {
    args: ["layout", "@", "--print", "--model", "%/none.mjs"],
    code: 2,
    says: /could not be loaded: Cannot find/,
    next: /next: name a module .*defineModel/,
  },
  {
    args: ["layout", "@", "--print", "--model", "%/broken.mjs"],
    code: 2,
    says: /could not be loaded: it throws/,
    next: /next: name a module/,
  },
  {
    args: ["layout", "@", "--print", "--model", "%/syntax.mjs"],
    code: 2,
    says: /could not be loaded: /,
    next: /next: name a module/,
  },
  {
    args: ["layout", "@", "--print", "--model", "node:path"],
    code: 2,
    says: /exports no model/,
    next: /next: name a module/,
  },
  { args: ["list", "@", "Jbo"], code: 3, says: /no type "Jbo"; it has Job, Note/, next: /next: write Job, if/ },
  { args: ["count", "@", "Invoice"], code: 3, says: /no type "Invoice"/, next: /next: `holdfast stats`/ },
  {
    args: ["show", "@", "Job", "j2"],
    code: 3,
    says: /there is no Job "j2"/,
    next: /next: holdfast list \S+ Job shows/,
  },
  {
    args: ["history", "@", "Job", "j2", "--tenant", "t"],
    code: 3,
    says: /no type "Job"|there is no Job/,
    next: /next: /,
  },
  {
    args: ["list", "@", "Job", "--where", "status"],
    code: 2,
    says: /object of conditions/,
    next: /holdfast list --help/,
  },
  { args: ["list", "@", "Job", "--after", "x"], code: 2, says: /INVALID_CURSOR/, next: /next: leave --after out/ },
  {
    args: ["list", "@", "Job", "--where", '{"owner": 1}'],
    code: 2,
    says: /FIELD_NOT_INDEXED/,
    next: /next: .*indexed fields/,
  },
  {
    args: ["restore", "@", "%/other.archive", "--replace"],
    code: 3,
    says: /nothing was changed; --yes/,
    next: /next: .*--yes/,
  },
  {
    args: ["restore", "@", "%/other.archive"],
    code: 3,
    says: /the store is not empty/,
    next: /next: look at what is there/,
  },
  { args: ["backup", "@", "%/other.archive"], code: 2, says: /is there already/, next: /give another name/ },
  { args: ["backup", "@", "%/new", "--encrypt"], code: 2, says: /HOLDFAST_ARCHIVE_KEY/, next: /openssl rand -hex 32/ },
  { args: ["recover", "memory:"], code: 2, says: /no recovery of its own/, next: usage },
];

describe.runIf(hasJson)("a mistake is answered with the next step", () => {
  const here = (word: string): string =>
    word === "@" ? `json:${folder}/entities.json` : word.replaceAll("%", () => folder);

  beforeAll(async () => {
    await using store = await openStore(here("@"));
    for (const type of ["Job", "Note"]) {
      await store.write([{ put: { type, id: "j1", documentVersion: 1, body: {} }, expect: "any" }]);
    }
    await using other = await openStore(`json:${folder}/other.json`);
    await other.write([{ put: { type: "Job", id: "o", documentVersion: 1, body: {} }, expect: "any" }]);
    await other.close();
    await runHere("backup", `json:${folder}/other.json`, `${folder}/other.archive`, "--no-gzip");
    await writeFile(path.join(folder, "broken.mjs"), 'throw new Error("it throws");\n');
    await writeFile(path.join(folder, "syntax.mjs"), "export const = 1;\n");
  });

  test.each(mistakes)("$args", async ({ args, code, says, next }) => {
    const { exitCode, out, error } = await runHere(...args.map(here));
    expect([exitCode, out]).toEqual([code, ""]);
    expect(error).toMatch(says);
    expect(error).toMatch(next);
    expect(error).not.toMatch(/^\s+at /m);
  });
});

test("where a database's package is not installed, the command that installs it is the next step", async () => {
  const [main, hook] = ["../src/main.ts", "fixtures/without-postgres.mjs"].map((file) =>
    fileURLToPath(new URL(file, import.meta.url)),
  );
  const args = ["--conditions=holdfast-source", "--import", hook ?? "", main ?? "", "stats", "postgres://me@host/app"];
  const failed = await promisify(execFile)(process.execPath, args, { cwd: folder }).catch((thrown: unknown) => thrown);
  expect(failed).toHaveProperty("code", 6);
  expect(failed).toHaveProperty(
    "stderr",
    'holdfast: the backend "@holdfast/store-postgres" is not installed: run "npm install @holdfast/store-postgres" ' +
      "(BACKEND_NOT_INSTALLED)\nnext: run that command in the folder of your project, and then this one there again\n",
  );
});

test("a name is near by up to two slips, and a short one by fewer", () => {
  const names = ["Case", "Job", "Mission"];
  expect(["Jobs", "jbo", "Mision", "Missoin", "Csae", "Xyz", "Invoice"].map((each) => nearName(each, names))).toEqual([
    "Job",
    "Job",
    "Mission",
    "Mission",
    "Case",
    undefined,
    undefined,
  ]);
});
