import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

import { openStore } from "@holdfast/connect";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { run } from "../src/run.ts";
import { hasTerminal, InTerminal } from "./in-terminal.ts";
import { runHere } from "./run-cli.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const holdfast = `'${process.execPath}' --conditions=holdfast-source '${main}'`;
const hasJson = storesUnderTest().some(({ name }) => name === "json");
const red = "\u001b[31m";
let folder = "";
let url = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-terminal-"));
  url = `json:${folder}/entities.json`;
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

async function fill(to: string, count: number): Promise<void> {
  await using store = await openStore(to);
  const ids = Array.from({ length: count }, (_, at) => `n${at}`);
  await store.write(ids.map((id) => ({ put: { type: "Note", id, documentVersion: 1, body: {} }, expect: "any" })));
}

/** A stream that says of itself that it is a terminal. */
class Screen extends PassThrough {
  readonly isTTY = true;
}

async function errorOn(error: PassThrough): Promise<string> {
  await run(["cpoy"], { out: new PassThrough(), error });
  return String(error.read());
}

describe("colors", () => {
  test("are for terminals, unless NO_COLOR or FORCE_COLOR says otherwise", async () => {
    for (const name of ["NO_COLOR", "FORCE_COLOR", "NODE_DISABLE_COLORS"]) vi.stubEnv(name, undefined);
    vi.stubEnv("TERM", "xterm");
    expect(await errorOn(new PassThrough())).not.toContain("\u001b");
    expect(await errorOn(new Screen())).toContain(`${red}error: unknown command 'cpoy'`);
    vi.stubEnv("FORCE_COLOR", "1");
    expect(await errorOn(new PassThrough())).toContain(red);
    vi.stubEnv("FORCE_COLOR", "0");
    expect(await errorOn(new Screen())).not.toContain("\u001b");
  });
});

describe.runIf(hasTerminal && hasJson)("in a terminal", () => {
  test("an error is red and says the next step; with NO_COLOR nothing is colored", async () => {
    // Node.js takes a terminal of a build server for one without colors.
    const env = { NO_COLOR: undefined, FORCE_COLOR: undefined, NODE_DISABLE_COLORS: undefined, CI: undefined };
    await using plain = new InTerminal(`${holdfast} stats json:./nowhere.json`, { cwd: folder, env });
    await using muted = new InTerminal(`${holdfast} stats json:./nowhere.json`, {
      cwd: folder,
      env: { ...env, NO_COLOR: "1" },
    });
    expect(await plain.end()).toBe(5);
    expect(plain.screen).toContain(`${red}holdfast: `);
    expect(plain.screen).toMatch(/^next: look whether /m);
    expect(await muted.end()).toBe(5);
    expect(muted.screen).not.toContain("\u001b");
  });

  test("a question is answered by n, Ctrl+C or Ctrl+D with nothing changed, and by y with the work done", async () => {
    await fill(url, 3);
    const file = path.join(folder, "entities.json");
    await writeFile(file, (await readFile(file, "utf8")).replace('"id":"n1"', '"id":"nx"'));
    const damaged = await readFile(file, "utf8");
    for (const [key, code] of [
      ["n\r", 3],
      ["\u0003", 130],
      ["\u0004", 3],
    ] as const) {
      await using asked = new InTerminal(`${holdfast} recover ${url}`, { cwd: folder });
      await asked.shows("Recover it?");
      asked.type(key);
      expect([await asked.end(), await readFile(file, "utf8")]).toEqual([code, damaged]);
      expect(stripVTControlCharacters(asked.screen)).toMatch(
        /nothing was changed; --yes|interrupted; nothing was changed .*\r\nnext: .* asks again/,
      );
    }
    await using agreed = new InTerminal(`${holdfast} recover ${url}`, { cwd: folder });
    await agreed.shows("Recover it?");
    agreed.type("y\r");
    expect(await agreed.end()).toBe(7);
    await using store = await openStore(url);
    expect(await store.count("Note")).toBe(2);
  });

  test("Ctrl+C in a copy gives the cursor back and says how to go on; the same command completes it", async () => {
    const [from, to] = [`json:${folder}/many.json`, `json:${folder}/copied.json`];
    await fill(from, 4_000);
    const copy = `${holdfast} copy --from ${from} --to ${to} --batch 4`;
    await using copying = new InTerminal(copy, { cwd: folder });
    await copying.shows("of 4000 records");
    copying.type("\u0003");
    expect(await copying.end()).toBe(130);
    const [hidden, shown] = ["\u001b[?25l", "\u001b[?25h"];
    expect(copying.screen.lastIndexOf(shown)).toBeGreaterThan(copying.screen.lastIndexOf(hidden));
    expect(stripVTControlCharacters(copying.screen)).toMatch(
      /next: run the same command again: it goes on where it stopped\r\n$/,
    );
    const { exitCode, out } = await runHere("copy", "--from", from, "--to", to);
    expect([exitCode, out]).toEqual([0, expect.stringContaining("4000 compared")]);
  });
});

describe.runIf(process.platform !== "win32" && hasJson)("in a pipe", () => {
  function shell(script: string): Promise<{ readonly code: number; readonly out: string; readonly error: string }> {
    return new Promise((resolve) => {
      const child = execFile("bash", ["-c", script], { cwd: folder }, (_failure, out, error) =>
        resolve({ code: child.exitCode ?? -1, out, error }),
      );
    });
  }

  test("whoever reads no more ends the command in silence, with 141", async () => {
    await fill(`json:${folder}/piped.json`, 3_000);
    for (const command of ["list json:./piped.json Note --limit 3000", "export json:./piped.json"]) {
      const { code, out, error } = await shell(`${holdfast} ${command} | head -n 1; exit \${PIPESTATUS[0]}`);
      expect([code, out.split("\n").length, error]).toEqual([141, 2, ""]);
    }
  });

  test.runIf(process.platform === "linux")("a full disk under the output is told", async () => {
    const { code, error } = await shell(`${holdfast} --help > /dev/full`);
    expect([code, error]).toEqual([
      5,
      expect.stringMatching(/^holdfast: .*no room left.* \(STORE_FULL\)\nnext: make room/),
    ]);
  });
});
