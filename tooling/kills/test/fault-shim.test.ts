import { execFile } from "node:child_process";
import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { compileShim, shimMissing } from "../src/compile-shim.ts";
import { faultEnvironment } from "../src/fault.ts";
import type { Fault, FaultKind } from "../src/fault.ts";
import { openWork } from "../src/open-work.ts";
import { makeTools } from "../src/tools.ts";
import type { Tools } from "../src/tools.ts";

const missing = await shimMissing();
if (missing !== undefined) console.warn(`system calls are not faulted: ${missing}`);
let tools: Tools;
let library: string;
beforeAll(async () => {
  tools = await makeTools([path.join(import.meta.dirname, "programs/save-one.ts")]);
  library = await compileShim(tools.folder);
});
afterAll(() => tools[Symbol.asyncDispose]());
const strace = await promisify(execFile)("strace", ["-o", "/dev/null", "true"]).then(
  () => true,
  () => false,
);
if (!strace) console.warn("what the shim sees is not compared: strace does not run here");

interface Saved {
  readonly url: string;
  /** The matching calls, each as its op and what follows the store's name in its path. */
  readonly calls: readonly string[];
  readonly printed: string;
  readonly signal: string | undefined;
}

let stores = 0;

async function save(scheme: string, fault: Omit<Fault, "paths" | "log"> & { readonly of?: string }): Promise<Saved> {
  const home = path.join(tools.folder, `${scheme}-${stores++}`);
  await mkdir(home);
  const { of = "*", ...rest } = fault;
  const log = `${home}.log`;
  const environment = faultEnvironment(library, { ...rest, paths: `${home}${of}`, log });
  const url = `${scheme}:${home}/deep/store`;
  const { printed, signal } = await run(process.execPath, [tools.program("save-one"), url], environment);
  const lines = (await readFile(log, "utf8").catch(() => "")).split("\n").slice(0, -1);
  return { url, calls: lines.map((line) => callOf(line, home)), printed, signal };
}

function run(command: string, given: readonly string[], environment: Readonly<Record<string, string>>) {
  return new Promise<Pick<Saved, "printed" | "signal">>((resolve) => {
    execFile(command, given, { env: { ...process.env, ...tools.environment, ...environment } }, (error, stdout) => {
      resolve({ printed: stdout.trim(), signal: error?.signal ?? undefined });
    });
  });
}

function callOf(line: string, home: string): string {
  const [, op = "", ...at] = line.split(" ");
  const name = at
    .join(" ")
    .slice(home.length)
    .replace(/^\/deep\/?/, "")
    .replace(/^store/, "")
    .replace(/[0-9a-f]{16}/, "");
  return `${op} ${name}`.trim();
}

function count(calls: readonly string[]): Readonly<Record<string, number>> {
  const ops = calls.map((call) => call.split(" ")[0] ?? "").sort();
  const counted: Record<string, number> = {};
  for (const op of ops) counted[op] = (counted[op] ?? 0) + 1;
  return counted;
}

const opsOf: Readonly<Record<string, string>> = {
  write: "write",
  pwrite64: "write",
  writev: "write",
  pwritev: "write",
  fsync: "sync",
  fdatasync: "sync",
  rename: "rename",
  link: "link",
  unlink: "unlink",
  ftruncate: "truncate",
  mkdir: "mkdir",
};

/** The same calls as strace reports them, with the paths behind descriptors. */
async function traced(scheme: string): Promise<readonly string[]> {
  const home = path.join(tools.folder, `${scheme}-${stores++}`);
  await mkdir(home);
  const log = `${home}.strace`;
  const traces = `openat,open,${Object.keys(opsOf).join(",")}`;
  const given = [
    "-f",
    "-y",
    "-s",
    "0",
    "-e",
    `trace=${traces}`,
    "-o",
    log,
    process.execPath,
    tools.program("save-one"),
  ];
  await run("strace", [...given, `${scheme}:${home}/deep/store`], { UV_USE_IO_URING: "0" });
  const lines = (await readFile(log, "utf8")).split("\n").filter((line) => line.includes(home));
  return lines.flatMap((line) => {
    const name = /^\d+ +(?<name>\w+)\(/.exec(line)?.groups?.["name"] ?? "";
    if (name.startsWith("open")) return line.includes("O_CREAT") ? ["create"] : [];
    return opsOf[name] ?? [];
  });
}

describe.skipIf(missing !== undefined)("the shim", () => {
  test("sees every call by which a JSON store makes a save durable, in its order", async () => {
    const { calls, printed } = await save("json", { at: 0 });
    expect(printed).toBe("saved");
    const lock = new Set(["create .lock", "create .owner", "write .owner", "unlink .owner", "unlink .lock"]);
    expect(new Set(calls.filter((call) => lock.has(call)))).toEqual(lock);
    const begin = "create .journal.0, write .journal.0, sync .journal.0, sync, ";
    // The first round, and zeros ahead of the next.
    const append = `${begin}write .journal.0, write .journal.0, sync .journal.0, `;
    // Behind it, a line for readers may follow, which needs no sync.
    const replace = "(write .journal.0, )?create ..tmp, write ..tmp, sync ..tmp, (.*, )?rename, sync, ";
    expect(`${calls.filter((call) => !lock.has(call)).join(", ")}, `).toMatch(new RegExp(append + replace));
  });

  test.skipIf(!strace).each(["json", "sqlite"])("sees as many calls of a %s store as strace", async (scheme) => {
    const seen = count((await save(scheme, { at: 0 })).calls);
    const expected = count(await traced(scheme));
    // Readers are told of a round behind it, or at once with the end: by a write more or less.
    expect({ ...seen, write: 0 }).toEqual({ ...expected, write: 0 });
    expect(Math.abs((seen["write"] ?? 0) - (expected["write"] ?? 0))).toBeLessThanOrEqual(1);
  });

  test.each([
    { scheme: "json", ops: ["create", "mkdir", "rename", "sync", "unlink", "write"] },
    { scheme: "sqlite", ops: ["create", "mkdir", "sync", "truncate", "unlink", "write"] },
  ])("sees all kinds of calls that a $scheme store makes", async ({ scheme, ops }) => {
    expect(Object.keys(count((await save(scheme, { at: 0 })).calls))).toEqual(ops);
  });

  const logs = { json: "*/store.journal.0", sqlite: "*/store-wal" } as const;

  test.each([
    { scheme: "json", kind: "kill-before", last: "write .journal.0" },
    { scheme: "json", kind: "kill-after", last: "write .journal.0" },
    { scheme: "json", kind: "torn", last: "write .journal.0" },
    { scheme: "json", kind: "torn-line", last: "write .journal.0" },
    { scheme: "sqlite", kind: "kill-before", last: "write -wal" },
    { scheme: "sqlite", kind: "kill-after", last: "write -wal" },
    { scheme: "sqlite", kind: "torn", last: "write -wal" },
    { scheme: "sqlite", kind: "torn-line", last: "write -wal" },
  ] as const)("kills a process with a $scheme store at a call: $kind", async ({ scheme, kind, last }) => {
    const { calls, signal, printed } = await save(scheme, { of: logs[scheme], ops: ["write"], at: 2, kind });
    expect({ signal, printed }).toEqual({ signal: "SIGKILL", printed: "" });
    expect(calls).toEqual([last, last]);
  });

  test("tears a write in its middle, or behind its last whole line", async () => {
    const lengths = async (kind: FaultKind): Promise<readonly [string, number]> => {
      const { url } = await save("json", { of: logs.json, ops: ["write"], at: 2, kind });
      const file = `${url.slice("json:".length)}.journal.0`;
      const text = await readFile(file, "utf8").catch(() => "");
      return [text.slice(-1), text.split("\n").length];
    };
    expect(await lengths("kill-after")).toEqual(["\n", 5]);
    expect((await lengths("torn"))[0]).not.toBe("\n");
    expect((await lengths("torn-line"))[0]).toBe("\n");
  });

  test.each([
    { scheme: "json", kind: "ENOSPC", printed: "STORE_FULL" },
    { scheme: "json", kind: "EIO", printed: "STORE_UNAVAILABLE" },
    { scheme: "sqlite", kind: "ENOSPC", printed: "STORE_FULL" },
    { scheme: "sqlite", kind: "EIO", printed: "COMMIT_UNKNOWN" },
  ] as const)("lets writes of a $scheme store fail for good: $kind", async ({ scheme, kind, printed }) => {
    const saved = await save(scheme, { of: logs[scheme], ops: ["write"], at: 1, kind, ever: true });
    expect(saved.printed).toBe(printed);
    expect(saved.calls.length).toBeGreaterThan(0);
  });

  test.each(["json", "sqlite"] as const)(
    "lets a write of a %s store be short, which goes on with the rest",
    async (scheme) => {
      const { printed, url, calls } = await save(scheme, { of: logs[scheme], ops: ["write"], at: 1, kind: "short" });
      expect(printed).toBe("saved");
      expect(calls.length).toBeGreaterThan(1);
      await using store = await openWork(url);
      expect(await store.count("Note")).toBe(1);
      expect(await store.check()).toEqual({ ok: true, problems: [] });
    },
  );

  test.each(["json", "sqlite"] as const)("lets a call of a %s store be interrupted once", async (scheme) => {
    const { printed, url } = await save(scheme, { of: logs[scheme], ops: ["write"], at: 1, kind: "EINTR" });
    await using store = await openWork(url);
    expect(await store.count("Note")).toBe(printed === "saved" ? 1 : 0);
    expect(printed).toBe("saved");
  });

  test("does nothing to files that do not match", async () => {
    const { printed, calls, url } = await save("json", { of: "*/nothing", at: 1 });
    expect({ printed, calls }).toEqual({ printed: "saved", calls: [] });
    expect(await readdir(path.dirname(url.slice("json:".length)))).toEqual(["store"]);
  });
});
