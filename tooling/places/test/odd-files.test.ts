import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openStore } from "@holdfast/connect";
import type { HoldfastError } from "@holdfast/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { missing } from "../src/mount.ts";
import { errorOf, idsOf, pathIn, put, schemes } from "../src/notes.ts";
import type { Scheme } from "../src/notes.ts";
import { within } from "../src/run-program.ts";

if (missing !== undefined) console.warn(`odd files are not tested: ${missing}`);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-odd-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function refusal(scheme: Scheme, path: string): Promise<readonly (HoldfastError | "hangs" | undefined)[]> {
  const refused: (HoldfastError | "hangs" | undefined)[] = [];
  for (const access of ["read", "write"] as const) {
    refused.push(
      await within(
        errorOf(openStore(`${scheme}:${path}`, { access, lockTimeoutMs: 0 }).then((store) => store.close())),
      ),
    );
  }
  return refused;
}

describe.skipIf(missing !== undefined).for(schemes)("a %s store refuses, at once and without a trace,", (scheme) => {
  const misplaced = [{ code: "INVALID_CONFIG" }, { code: "INVALID_CONFIG" }];

  test("a pipe", async () => {
    const path = pathIn(folder, scheme);
    execFileSync("mkfifo", [path]);
    expect(await refusal(scheme, path)).toMatchObject(misplaced);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test("a socket", async () => {
    const path = pathIn(folder, scheme);
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(path, resolve));
    expect(await refusal(scheme, path)).toMatchObject(misplaced);
    expect(readdirSync(folder)).toHaveLength(1);
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  });

  test.for(["/dev/null", "/dev/full", "/dev/zero"])("the device %s", async (path) => {
    const before = readdirSync("/dev");
    expect(await refusal(scheme, path)).toMatchObject(misplaced);
    expect(readdirSync("/dev")).toEqual(before);
    expect(lstatSync(path).isCharacterDevice()).toBe(true);
  });

  test("places in /proc and /sys", async () => {
    for (const path of ["/proc/store", "/proc/self/store", "/sys/store"]) {
      for (const error of await refusal(scheme, path)) {
        expect(error).toMatchObject({
          code: expect.stringMatching(/^STORE_|^INVALID_CONFIG$/) as string,
          retryable: false,
        });
      }
    }
  });

  test("a pipe under a name that it uses for itself", async () => {
    const path = pathIn(folder, scheme);
    await (await openStore(`${scheme}:${path}`)).close();
    const beside = scheme === "json" ? [".lock"] : ["-wal", "-shm"];
    for (const suffix of beside) {
      execFileSync("mkfifo", [`${path}${suffix}`]);
      expect(await within(errorOf(openStore(`${scheme}:${path}`)))).toMatchObject({ code: "INVALID_CONFIG" });
      rmSync(`${path}${suffix}`);
    }
    await using store = await openStore(`${scheme}:${path}`);
    await put(store, "a");
  });
});

describe.skipIf(missing !== undefined).for(schemes)("a %s store", (scheme) => {
  test("goes by a link to a file elsewhere, and keeps both", async () => {
    mkdirSync(join(folder, "real"));
    const [real, link] = [pathIn(join(folder, "real"), scheme), join(folder, "link")];
    await (await openStore(`${scheme}:${real}`)).close();
    symlinkSync(real, link);
    const store = await openStore(`${scheme}:${link}`);
    await put(store, "a");
    await store.close();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["link", "real"]);
    expect(readdirSync(join(folder, "real"))).toHaveLength(1);
    await using again = await openStore(`${scheme}:${real}`);
    expect(await idsOf(again)).toEqual(["a"]);
  });

  test("works in /dev/shm, behind a linked folder, and with its own rights", async () => {
    const shared = mkdtempSync("/dev/shm/holdfast-");
    try {
      symlinkSync(shared, join(folder, "linked"));
      const path = pathIn(join(folder, "linked", "made"), scheme);
      const store = await openStore(`${scheme}:${path}`);
      await put(store, "a");
      for (const name of readdirSync(join(shared, "made"))) {
        expect(statSync(join(shared, "made", name)).mode & 0o777).toBe(0o600);
      }
      expect(statSync(join(shared, "made")).mode & 0o777).toBe(0o700);
      await store.close();
    } finally {
      rmSync(shared, { recursive: true });
    }
  });
});

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const foreign: Readonly<Record<string, Buffer>> = {
  "a JSON file of another program": Buffer.from('{"users":[{"name":"ann"}],"version":3}\n'),
  "a list in JSON": Buffer.from("[1,2,3]\n"),
  "a text": Buffer.from("Dear diary,\n".repeat(500)),
  "an image": Buffer.from(pixel, "base64"),
  zeros: Buffer.alloc(8192),
};

describe.skipIf(missing !== undefined).for(schemes)("somebody else's file, opened as a %s store,", (scheme) => {
  test.for(Object.entries(foreign))(
    "%s, is refused and stays as it is, with nothing beside it",
    async ([, content]) => {
      const path = pathIn(folder, scheme);
      writeFileSync(path, content);
      for (const error of await refusal(scheme, path)) {
        expect(error).toMatchObject({ code: "STORE_CORRUPT", retryable: false, details: { path } });
      }
      expect(readFileSync(path).equals(content)).toBe(true);
      expect(readdirSync(folder)).toHaveLength(1);
    },
  );

  test("a store of the other backend, is refused and stays as it is", async () => {
    const other = scheme === "json" ? "sqlite" : "json";
    const path = pathIn(folder, scheme);
    await (await openStore(`${other}:${path}`)).close();
    const content = readFileSync(path);
    for (const error of await refusal(scheme, path)) expect(error).toMatchObject({ code: "STORE_CORRUPT" });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});
