import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { openStore } from "@holdfast/connect";
import { describe, expect, test } from "vitest";

import { missing, mountExt4, mountReadOnly, mountTmpfs } from "../src/mount.ts";
import { errorOf, idsOf, pathIn, put, schemes } from "../src/notes.ts";
import type { Scheme } from "../src/notes.ts";
import { runProgram } from "../src/run-program.ts";

if (missing !== undefined) console.warn(`places without the right to write are not tested: ${missing}`);

const nobody = 65_534;

async function make(folder: string, scheme: Scheme): Promise<string> {
  await using store = await openStore(`${scheme}:${pathIn(folder, scheme)}`);
  for (const id of ["a", "b"]) await put(store, id);
  return pathIn(folder, scheme);
}

describe.skipIf(missing !== undefined).for(schemes)("a %s store", (scheme) => {
  test("on a read-only mount is read there, and refuses to be written", async () => {
    using disk = mountTmpfs("size=4m");
    await make(disk.folder, scheme);
    using view = mountReadOnly(disk.folder);
    const path = pathIn(view.folder, scheme);
    const error = await errorOf(openStore(`${scheme}:${path}`));
    expect(error).toMatchObject({ code: "STORE_READ_ONLY", retryable: false, details: { path } });
    await using store = await openStore(`${scheme}:${path}`, { access: "read" });
    expect(await idsOf(store)).toEqual(["a", "b"]);
    expect(await errorOf(put(store, "c"))).toMatchObject({ code: "STORE_READ_ONLY" });
    expect(readdirSync(view.folder)).toHaveLength(1);
  });

  test("as a killed process left it is read on a read-only mount, with all that its log holds", async () => {
    using disk = mountTmpfs("size=8m");
    const live = join(disk.folder, "live");
    const left = join(disk.folder, "left");
    for (const folder of [live, left]) mkdirSync(folder);
    await using writer = await openStore(`${scheme}:${pathIn(live, scheme)}`);
    for (const id of ["a", "b", "c"]) await put(writer, id);
    for (const name of readdirSync(live).filter((each) => !/-shm$|\.(?:lock|owner)$/.test(each))) {
      copyFileSync(join(live, name), join(left, name));
    }
    using view = mountReadOnly(left);
    await using store = await openStore(`${scheme}:${pathIn(view.folder, scheme)}`, { access: "read" });
    // A reader of a JSON store sees a round once a later line says that it is on the medium.
    expect((await idsOf(store)).slice(0, 2)).toEqual(["a", "b"]);
  });

  test("beside a process that writes it is read through a read-only mount", async () => {
    using disk = mountTmpfs("size=8m");
    await make(disk.folder, scheme);
    await using writer = await openStore(`${scheme}:${pathIn(disk.folder, scheme)}`);
    await put(writer, "c");
    using view = mountReadOnly(disk.folder);
    await using store = await openStore(`${scheme}:${pathIn(view.folder, scheme)}`, { access: "read" });
    expect((await idsOf(store)).slice(0, 2)).toEqual(["a", "b"]);
  });

  test("in a folder, or a file, that may not be changed says STORE_READ_ONLY, and is read", async () => {
    using disk = mountTmpfs("size=4m");
    const path = await make(disk.folder, scheme);
    for (const locked of [path, disk.folder]) {
      execFileSync("chattr", ["+i", locked]);
      try {
        const error = await errorOf(openStore(`${scheme}:${path}`));
        expect(error).toMatchObject({ code: "STORE_READ_ONLY", details: { path } });
        await using store = await openStore(`${scheme}:${path}`, { access: "read" });
        expect(await idsOf(store)).toEqual(["a", "b"]);
      } finally {
        execFileSync("chattr", ["-i", locked]);
      }
    }
    // A reader of SQLite may leave the log and its index, both empty, for the next writer.
    expect(readdirSync(disk.folder).filter((name) => !/-(?:wal|shm)$/.test(name))).toHaveLength(1);
  });

  test("of another user says what this one has no right to, by its path", async () => {
    using disk = mountTmpfs("size=4m,mode=755");
    const path = await make(disk.folder, scheme);
    const url = `${scheme}:${path}`;
    const unreadable = { error: { code: "STORE_UNAVAILABLE", retryable: false, details: { path } } };
    expect(await runProgram({ does: "write", url, access: "read", becomes: nobody })).toMatchObject(unreadable);
    chmodSync(path, 0o644);
    const unwritable = { error: { code: "STORE_READ_ONLY", retryable: false, details: { path } } };
    expect(await runProgram({ does: "write", url, becomes: nobody })).toMatchObject(unwritable);
    expect(await runProgram({ does: "write", url, access: "read", becomes: nobody, count: 0 })).toMatchObject({
      found: ["a", "b"],
    });
    chownSync(path, nobody, nobody);
    expect(await runProgram({ does: "write", url, becomes: nobody }), "the folder is not theirs").toMatchObject(
      unwritable,
    );
    const within = join(disk.folder, "not-theirs", scheme);
    const made = await runProgram({ does: "write", url: `${scheme}:${within}`, becomes: nobody });
    expect(made).toMatchObject({ error: { code: "STORE_READ_ONLY", details: { path: within } } });
    expect(existsSync(join(disk.folder, "not-theirs"))).toBe(false);
    expect(readdirSync(disk.folder)).toHaveLength(1);
  });

  test("whose disk becomes read-only, as it does after an error, says so, reads on, and loses nothing", async (context) => {
    using disk = mountExt4();
    if (disk === undefined) return context.skip("no ext4 file system can be made here");
    const path = await make(disk.folder, scheme);
    const store = await openStore(`${scheme}:${path}`);
    await put(store, "c");
    disk.remount("abort");
    const refused = { code: "STORE_READ_ONLY", outcome: "none", retryable: false };
    for (const id of ["d", "e"]) expect(await errorOf(put(store, id))).toMatchObject(refused);
    expect(await idsOf(store)).toEqual(["a", "b", "c"]);
    await store.close();
    await using again = await openStore(`${scheme}:${path}`, { access: "read" });
    expect((await idsOf(again)).slice(0, 2)).toEqual(["a", "b"]);
  });
});

test.skipIf(missing !== undefined)("a read-only copy of a database goes when the store is closed", async () => {
  using disk = mountTmpfs("size=4m");
  await make(disk.folder, "sqlite");
  const before = readFileSync(pathIn(disk.folder, "sqlite"));
  using view = mountReadOnly(disk.folder);
  using temporary = mountTmpfs("size=4m");
  const former = process.env["TMPDIR"];
  process.env["TMPDIR"] = temporary.folder;
  try {
    const store = await openStore(`sqlite:${pathIn(view.folder, "sqlite")}`, { access: "read" });
    expect(store.guarantees).toMatchObject({ staleReads: true });
    expect(readdirSync(temporary.folder)).toHaveLength(1);
    await store.close();
    expect(readdirSync(temporary.folder)).toEqual([]);
  } finally {
    if (former === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = former;
  }
  expect(readFileSync(pathIn(disk.folder, "sqlite")).equals(before)).toBe(true);
  rmSync(pathIn(disk.folder, "sqlite"));
});
