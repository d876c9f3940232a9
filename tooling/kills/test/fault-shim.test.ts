import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { compileShim } from "../src/compile-shim.ts";
import { faultEnvironment } from "../src/fault.ts";
import type { Fault } from "../src/fault.ts";

const folder = mkdtempSync(path.join(tmpdir(), "holdfast-shim-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const shim = await compileShim(folder);
if ("missing" in shim) console.warn(`system calls are not faulted: ${shim.missing}`);
const library = "library" in shim ? shim.library : "";
const program = path.join(import.meta.dirname, "programs/save-one.ts");

interface Saved {
  /** The matching calls, each as its op and what follows the store's name in its path. */
  readonly calls: readonly string[];
  readonly printed: string;
  readonly signal: string | undefined;
}

let stores = 0;

async function save(scheme: "json" | "sqlite", fault: Omit<Fault, "paths" | "log">): Promise<Saved> {
  const home = path.join(folder, `${scheme}-${stores++}`);
  await mkdir(home);
  const log = `${home}.log`;
  const environment = faultEnvironment(library, { ...fault, paths: `${home}*`, log });
  const given = ["--conditions=holdfast-source", "--no-warnings", program, `${scheme}:${home}/store`];
  const { printed, signal } = await new Promise<Omit<Saved, "calls">>((resolve) => {
    execFile(process.execPath, given, { env: { ...process.env, ...environment } }, (error, stdout) => {
      resolve({ printed: stdout.trim(), signal: error?.signal ?? undefined });
    });
  });
  const lines = (await readFile(log, "utf8").catch(() => "")).split("\n").slice(0, -1);
  return { calls: lines.map((line) => callOf(line, home)), printed, signal };
}

function callOf(line: string, home: string): string {
  const [, op = "", ...at] = line.split(" ");
  const name = at
    .join(" ")
    .slice(home.length + 1)
    .replace(/^store/, "")
    .replace(/[0-9a-f]{16}/, "");
  return `${op} ${name}`.trim();
}

describe.skipIf("missing" in shim)("the shim", () => {
  test("sees every call by which a JSON store makes a save durable, in its order", async () => {
    const { calls, printed } = await save("json", { at: 0 });
    expect(printed).toBe("saved");
    const snapshot = ["create ..tmp", "write ..tmp", "sync ..tmp", "rename", "sync"];
    const journal = ["create .journal.0", "write .journal.0", "sync .journal.0", "sync"];
    const expected = [...snapshot, ...journal, "write .journal.0", "sync .journal.0", ...snapshot, "unlink .journal.0"];
    const lock = new Set(["create .lock", "create .owner", "write .owner", "unlink .owner", "unlink .lock"]);
    expect(calls.filter((call) => !lock.has(call)).slice(-expected.length)).toEqual(expected);
    expect(new Set(calls.filter((call) => lock.has(call)))).toEqual(lock);
  });
});
