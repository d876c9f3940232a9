import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { HoldfastError } from "@holdfast/core";
import { expect, test, vi } from "vitest";

import { isMissing } from "../src/import-module.ts";
import { openStore } from "../src/index.ts";

// Each starts processes or servers, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);

async function failure(...args: readonly unknown[]): Promise<HoldfastError> {
  const opening: unknown = Reflect.apply(openStore, undefined, args);
  const thrown = await Promise.resolve(opening).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!HoldfastError.is(thrown)) throw new Error("no HoldfastError was thrown", { cause: thrown });
  return thrown;
}

/** Runs a module in a process of its own, where no test runner stands between it and Node. */
async function runScript(script: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    ["--conditions=holdfast-source", "--input-type=module", "-e", script],
    {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      env: { ...process.env, ...environment },
    },
  );
  return stdout.trim();
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}

test("a store opens by its URL and is told what it is", async () => {
  await using store = await openStore("memory:");
  expect(store.backend).toBe("memory");
  await store.write([
    { put: { type: "Note", id: "a", documentVersion: 1, body: { text: "hello" } }, expect: "absent" },
  ]);
  const [note] = await store.get("Note", ["a"]);
  expect(note?.body).toEqual({ text: "hello" });
});

test("a config object may name the module of any backend, or hand one in", async () => {
  const { backend } = await import("@holdfast/store-memory");
  await using byModule = await openStore({ url: "memory:", backend: fixture("memory-backend.ts") });
  await using byObject = await openStore({ url: "memory:", backend });
  expect([byModule.backend, byObject.backend]).toEqual(["memory", "memory"]);
});

test("without a URL the environment chooses", async () => {
  const script = `
    import { openStore } from "@holdfast/connect";
    await using store = await openStore();
    console.log(store.backend);`;
  expect(await runScript(script, { HOLDFAST_STORE: "memory:" })).toBe("memory");
});

test("Node's own word that a package is not there is understood, and so is that it cannot be loaded", async () => {
  const project = await mkdtemp(path.join(tmpdir(), "holdfast-connect-"));
  const broken = path.join(project, "node_modules/broken-backend");
  await mkdir(broken, { recursive: true });
  await writeFile(path.join(broken, "package.json"), '{ "type": "module", "exports": "./index.js" }');
  await writeFile(path.join(broken, "index.js"), 'import "a-client-that-is-not-installed";');
  const script = `
    import { openStore } from "@holdfast/connect";
    process.chdir(${JSON.stringify(project)});
    for (const backend of ["missing-backend", "broken-backend"]) {
      await openStore({ url: "x:y", backend }).catch((error) => console.log(error.code, error.message));
    }`;
  const lines = (await runScript(script)).split("\n");
  await rm(project, { recursive: true });
  expect(lines).toEqual([
    expect.stringMatching(/^BACKEND_NOT_INSTALLED .* run "npm install missing-backend"$/),
    expect.stringMatching(/^BACKEND_FAILURE .*a-client-that-is-not-installed/),
  ]);
});

test.each([
  ["", "the store's URL is empty"],
  ["./data/entities.json", 'did you mean "json:./data/entities.json"?'],
  ["app.db", 'did you mean "sqlite:app.db"?'],
  ["C:\\data\\entities.json", 'did you mean "json:C:\\data\\entities.json"?'],
  ["somewhere", '"somewhere" is not the URL of a store'],
  ["mysql://me@host/app", 'no backend is known for "mysql:"'],
])("the URL %j is refused with a sentence that helps", async (url, sentence) => {
  const error = await failure(url);
  expect(error.code).toBe("INVALID_CONFIG");
  expect(error.message).toContain(sentence);
  expect(error.message).toContain("sqlite:./data/app.db");
});

test.each([42, null, true, [], {}, { url: 42 }, { url: "memory:", backend: 42 }, { url: "memory:", backend: {} }])(
  "%j names no store and is refused",
  async (given) => {
    expect((await failure(given)).code).toBe("INVALID_CONFIG");
  },
);

test.each([
  "mysql://me:hunter2@host/app",
  "//me:hunter2@host/app",
  "me:hunter2@host/app",
  "host=db password=hunter2",
  "hunter2@host",
])("a password in a URL that cannot be used (%s) is in no message", async (url) => {
  const error = await failure(url);
  expect(`${error.message} ${JSON.stringify(error.details)}`).not.toContain("hunter2");
});

test("a backend that is not installed is named with the command that installs it", async () => {
  const error = await failure({ url: "mongo:x", backend: "@holdfast/store-nowhere" });
  expect(error.code).toBe("BACKEND_NOT_INSTALLED");
  expect(error.message).toContain("npm install @holdfast/store-nowhere");
  expect(error.details).toMatchObject({ command: "npm install @holdfast/store-nowhere" });
});

test("a backend that is there but fails to load is not called missing", async () => {
  const error = await failure({ url: "broken:x", backend: fixture("broken-backend.ts") });
  expect(error.code).toBe("BACKEND_FAILURE");
  expect(error.message).toContain("a-client-that-is-not-installed");
  expect(error.cause).toBeInstanceOf(Error);
});

test("a module without a backend is refused", async () => {
  const error = await failure({ url: "x:y", backend: fixture("no-backend.ts") });
  expect(error.code).toBe("INVALID_CONFIG");
  expect(error.message).toContain("exports no backend");
});

test("a module that itself is missing is told from one that it imports", () => {
  const missing = (message: string): Error => Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" });
  const own = missing(
    "Cannot find package '@holdfast/store-sqlite' imported from /app/node_modules/@holdfast/connect/x.js",
  );
  const inner = missing(
    "Cannot find package 'better-sqlite3' imported from /app/node_modules/@holdfast/store-sqlite/x.js",
  );
  const file = missing(
    "Cannot find module '/app/node_modules/@holdfast/store-sqlite/dist/a.js' imported from /app/x.js",
  );
  expect([own, inner, file].map((error) => isMissing(error, "@holdfast/store-sqlite"))).toEqual([true, false, false]);
  expect(isMissing(new Error("Cannot find package '@holdfast/store-sqlite'"), "@holdfast/store-sqlite")).toBe(false);
});
