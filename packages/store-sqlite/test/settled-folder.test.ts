import { mkdirSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { beforeEach, describe, expect, test, vi } from "vitest";

import { HeldDatabase } from "../src/held-database.ts";
import { temporaryFolder } from "./temporary-folder.ts";

vi.mock("node:fs", { spy: true });

const folder = realpathSync(temporaryFolder());
let made = 0;

beforeEach(() => void vi.mocked(statSync).mockClear());

/** The files of a database in a folder of its own. */
function filesOf(name: string): string {
  const path = join(folder, `${name}-${(made += 1)}`, "app.db");
  mkdirSync(dirname(path));
  for (const suffix of ["", "-wal", "-shm"]) writeFileSync(`${path}${suffix}`, name);
  return path;
}

/** Held at a time when the last change of the folder is `agoMs` ago. */
function heldLater(path: string, agoMs: number): { readonly held: HeldDatabase; readonly wait: (ms: number) => void } {
  let now = Number(statSync(dirname(path)).ctimeMs) + agoMs;
  const held = new HeldDatabase(path, () => now);
  held.check();
  vi.mocked(statSync).mockClear();
  return { held, wait: (ms) => void (now += ms) };
}

const long = 10_000;

test("files in a folder that nobody changes are checked by a look at the folder, and themselves once a second", () => {
  const { held, wait } = heldLater(filesOf("quiet"), long);
  for (let at = 0; at < 10; at++) held.check();
  expect(statSync).toHaveBeenCalledTimes(10);
  wait(1_000);
  held.check();
  expect(statSync).toHaveBeenCalledTimes(10 + 4);
});

test("a folder that has changed in the last three seconds is not trusted, nor one that changes later than now", () => {
  for (const ago of [2_999, 0, -long]) {
    const { held } = heldLater(filesOf("young"), ago);
    held.check();
    expect(statSync).toHaveBeenCalledTimes(4);
  }
});

test("a clock that is set back ends the trust", () => {
  const { held, wait } = heldLater(filesOf("clock"), long);
  wait(-500);
  held.check();
  expect(statSync).toHaveBeenCalledTimes(1 + 3);
});

test("what another program makes in the folder is no loss", () => {
  const path = filesOf("shared");
  const { held } = heldLater(path, long);
  writeFileSync(join(dirname(path), "another"), "");
  held.check();
  expect(held.isLost).toBe(false);
});

describe("with a folder that was trusted, what happens to a file is noticed by the next check:", () => {
  const changes: Readonly<Record<string, (path: string) => void>> = {
    "the database was deleted": (path) => rmSync(path),
    "the log was deleted": (path) => rmSync(`${path}-wal`),
    "the log's index was deleted": (path) => rmSync(`${path}-shm`),
    "the database was moved": (path) => renameSync(path, `${path}.moved`),
    "its folder was moved": (path) => renameSync(dirname(path), `${dirname(path)}-moved`),
    "another file took its place": (path) => {
      writeFileSync(`${path}.other`, "");
      renameSync(`${path}.other`, path);
    },
    "another folder took the place of its folder": (path) => {
      const other = filesOf("other");
      renameSync(dirname(path), `${dirname(path)}-away`);
      renameSync(dirname(other), dirname(path));
    },
  };

  test.for(Object.entries(changes))("%s", ([, change]) => {
    const path = filesOf("changed");
    const { held } = heldLater(path, long);
    held.check();
    change(path);
    expect(() => held.check()).toThrow(expect.objectContaining({ code: "STORE_UNAVAILABLE", retryable: false }));
    expect(held.isLost).toBe(true);
  });

  test("what a link leads to was replaced in another folder", () => {
    const path = filesOf("target");
    const link = join(folder, "link.db");
    symlinkSync(path, link);
    const { held } = heldLater(link, long);
    writeFileSync(`${path}.other`, "");
    renameSync(`${path}.other`, path);
    expect(() => held.check()).toThrow(expect.objectContaining({ code: "STORE_UNAVAILABLE" }));
  });
});
