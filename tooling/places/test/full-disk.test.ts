import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { openStore } from "@holdfast/connect";
import { writeEvidence } from "@holdfast-tooling/evidence";
import { afterAll, describe, expect, test } from "vitest";

import { missing, mountTmpfs } from "../src/mount.ts";
import { errorOf, fill, idsOf, leftoversIn, pathIn, put, schemes } from "../src/notes.ts";

if (missing !== undefined) console.warn(`full disks are not tested: ${missing}`);

const full = { code: "STORE_FULL", outcome: "none", retryable: false };
/** In KiB. SQLite's own files need about 150 before there is any record. */
const sizes = { json: [64, 256, 1024, 4096], sqlite: [256, 512, 1024, 4096] } as const;
const figures = { "disks filled": 0, "acknowledged writes read back": 0 };

describe.skipIf(missing !== undefined).for(schemes)("a %s store on a full disk", (scheme) => {
  for (const kibibytes of sizes[scheme]) {
    test(`of ${kibibytes} KiB says STORE_FULL, loses nothing, and goes on when there is room`, async () => {
      using disk = mountTmpfs(`size=${kibibytes}k`);
      const url = `${scheme}:${pathIn(disk.folder, scheme)}`;
      const store = await openStore(url);
      const ballast = join(disk.folder, "ballast");
      writeFileSync(ballast, Buffer.alloc((kibibytes * 1024) / 4));
      const { ids, error } = await fill(store, (kibibytes * 1024) / 100);
      expect(error).toMatchObject(full);
      expect(error.details).toHaveProperty("path");
      expect(await idsOf(store)).toEqual(ids);
      expect(await errorOf(put(store, "more", kibibytes * 100))).toMatchObject(full);
      expect(leftoversIn(disk.folder)).toEqual([]);
      rmSync(ballast);
      await put(store, "zz");
      expect(await idsOf(store)).toEqual([...ids, "zz"]);
      expect((await store.check()).problems).toEqual([]);
      await store.close();
      await using again = await openStore(url);
      expect(await idsOf(again)).toEqual([...ids, "zz"]);
      figures["disks filled"]++;
      figures["acknowledged writes read back"] += ids.length + 1;
    });
  }

  test("a delete there is done, or says STORE_FULL and has changed nothing", async () => {
    using disk = mountTmpfs("size=512k");
    await using store = await openStore(`${scheme}:${pathIn(disk.folder, scheme)}`);
    const { ids } = await fill(store, 1000);
    let left = ids;
    for (const id of ids.slice(0, 50)) {
      const error = await errorOf(store.write([{ delete: { type: "Note", id }, expect: "present" }]));
      expect([undefined, "STORE_FULL"]).toContain(error?.code);
      if (error === undefined) left = left.filter((each) => each !== id);
      expect(await idsOf(store)).toEqual(left);
    }
  });

  test("can be closed, opened again once there is room, and read meanwhile", async () => {
    using disk = mountTmpfs("size=512k");
    const url = `${scheme}:${pathIn(disk.folder, scheme)}`;
    const store = await openStore(url);
    const { ids } = await fill(store, 1000);
    let filled = 0;
    while (fillUp(join(disk.folder, `ballast${filled}`))) filled++;
    await store.close();
    expect(leftoversIn(disk.folder)).toEqual([]);
    const error = await errorOf(openStore(url).then((again) => again.close()));
    expect([undefined, "STORE_FULL"]).toContain(error?.code);
    disk.remount("size=1m");
    await using again = await openStore(url);
    expect(await idsOf(again)).toEqual(ids);
    await put(again, "zz");
  });

  test("a new store is refused there with STORE_FULL, and is made once there is room", async () => {
    using disk = mountTmpfs("size=64k");
    while (fillUp(join(disk.folder, `ballast`))) continue;
    const url = `${scheme}:${pathIn(disk.folder, scheme)}`;
    expect(await errorOf(openStore(url))).toMatchObject({ code: "STORE_FULL", outcome: "none" });
    expect(leftoversIn(disk.folder)).toEqual([]);
    disk.remount("size=1m");
    await using store = await openStore(url);
    await put(store, "a");
  });

  test("without room for another file says STORE_FULL, loses nothing, and goes on when there is", async () => {
    for (let inodes = 2; inodes <= 8; inodes++) {
      using disk = mountTmpfs(`size=4m,nr_inodes=${inodes}`);
      const url = `${scheme}:${pathIn(disk.folder, scheme)}`;
      const acknowledged: string[] = [];
      const error = await errorOf(
        (async () => {
          await using store = await openStore(url);
          await put(store, "a");
          acknowledged.push("a");
        })(),
      );
      expect([undefined, "STORE_FULL"]).toContain(error?.code);
      disk.remount("nr_inodes=100");
      await using store = await openStore(url);
      expect(await idsOf(store)).toEqual(acknowledged);
      await put(store, "b");
    }
  });
});

describe.skipIf(missing !== undefined)("a JSON store whose journal is due to be folded on a full disk", () => {
  test("keeps file and journals, says so, and folds them once there is room", async () => {
    using disk = mountTmpfs("size=14m");
    const url = `json:${pathIn(disk.folder, "json")}`;
    const warnings: string[] = [];
    const store = await openStore(url, { logger: { warn: (message) => void warnings.push(message) } });
    const { ids, error } = await fill(store, 200_000);
    expect(error).toMatchObject(full);
    expect(await idsOf(store)).toEqual(ids);
    await store.close();
    expect(warnings.length).toBeGreaterThan(0);
    expect(leftoversIn(disk.folder)).toEqual([]);
    disk.remount("size=64m");
    await using again = await openStore(url);
    expect(await idsOf(again)).toEqual(ids);
  });
});

function fillUp(path: string): boolean {
  try {
    writeFileSync(path, Buffer.alloc(4096), { flag: "a" });
    return true;
  } catch {
    return false;
  }
}

afterAll(() =>
  writeEvidence({
    name: "full-disks",
    title: "Full disks",
    figures,
    promises: [
      {
        promise:
          "A full disk is STORE_FULL, loses nothing that was acknowledged, and writing goes on once there is room.",
        test: "tooling/places/test/full-disk.test.ts",
        name: "says STORE_FULL, loses nothing, and goes on when there is room",
      },
    ],
  }),
);
