import { describe, expect, test } from "vitest";

import { missing, mountTmpfs } from "../src/mount.ts";
import { leftoversIn, pathIn, schemes } from "../src/notes.ts";
import { runProgram } from "../src/run-program.ts";

if (missing !== undefined) console.warn(`limits of a process are not tested: ${missing}`);

describe.skipIf(missing !== undefined).for(schemes)("a %s store in a process", (scheme) => {
  test("that may write no larger files says STORE_FULL, is not ended, and loses nothing", async () => {
    using disk = mountTmpfs("size=16m");
    const url = `${scheme}:${pathIn(disk.folder, scheme)}`;
    const told = await runProgram({ does: "write", url, count: 1_000, bytes: 10_000 }, ["-f 256"]);
    expect(told.error).toMatchObject({ code: "STORE_FULL", outcome: "none", retryable: false });
    expect(told.ids.length).toBeGreaterThan(0);
    expect(told.found).toEqual(told.ids);
    expect(leftoversIn(disk.folder)).toEqual([]);
    const after = await runProgram({ does: "write", url, count: 0 });
    expect(after.found).toEqual(told.ids);
  });

  test("that has too many files open says that trying again may help, and it does", async () => {
    using disk = mountTmpfs("size=16m");
    const url = `${scheme}:${pathIn(disk.folder, scheme)}`;
    const told = await runProgram({ does: "open with few descriptors", url, count: 12 }, ["-n 64"]);
    expect(told).toMatchObject({ error: { code: "STORE_BUSY", retryable: true }, found: ["n00000"] });
    expect(leftoversIn(disk.folder)).toEqual([]);
  });

  test("that opens and closes it a thousand times keeps no file open", async () => {
    using disk = mountTmpfs("size=16m");
    const url = `${scheme}:${pathIn(disk.folder, scheme)}`;
    const { descriptors } = await runProgram({ does: "open and close often", url, count: 1_000 });
    expect(descriptors?.[1]).toBe(descriptors?.[0]);
  });
});
