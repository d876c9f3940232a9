import { readdirSync } from "node:fs";
import { join } from "node:path";

import { openStore } from "@holdfast/connect";
import type { Store } from "@holdfast/core";
import { archiveFile, copy, restoreArchive, saveArchive, storeHash } from "@holdfast/migrate";
import { describe, expect, test } from "vitest";

import { missing, mountReadOnly, mountTmpfs } from "../src/mount.ts";
import { errorOf, idsOf, pathIn, put, schemes } from "../src/notes.ts";
import type { Scheme } from "../src/notes.ts";

if (missing !== undefined) console.warn(`moves to full disks are not tested: ${missing}`);

const notes = 300;
const noteBytes = 3_000;

async function filled(folder: string, scheme: Scheme): Promise<Store> {
  const store = await openStore(`${scheme}:${pathIn(folder, scheme)}`, { durability: "process-crash" });
  const text = "x".repeat(noteBytes);
  const ids = Array.from({ length: notes }, (_, at) => `n${at}`);
  await store.write(
    ids.map((id) => ({ put: { type: "Note", id, documentVersion: 1, body: { text } }, expect: "absent" })),
  );
  return store;
}

describe.skipIf(missing !== undefined).for(schemes)("in %s", (scheme) => {
  const other = scheme === "json" ? "sqlite" : "json";

  test("a copy that fills the target's disk says STORE_FULL, and is completed once there is room", async () => {
    using ample = mountTmpfs("size=32m");
    using small = mountTmpfs("size=600k");
    await using from = await filled(ample.folder, other);
    const hash = await storeHash(from);
    const url = `${scheme}:${pathIn(small.folder, scheme)}`;
    {
      await using to = await openStore(url);
      expect(await errorOf(copy(from, to, { batch: 20 }))).toMatchObject({ code: "STORE_FULL", retryable: false });
      const held = await idsOf(to);
      expect(held.length).toBeGreaterThan(0);
      expect(held).toEqual((await idsOf(from)).slice(0, held.length));
    }
    small.remount("size=32m");
    await using to = await openStore(url);
    expect((await to.check()).problems).toEqual([]);
    expect(await copy(from, to, { batch: 20 })).toMatchObject({ equal: true });
    expect([await storeHash(from), await storeHash(to)]).toEqual([hash, hash]);
    for (const store of [from, to]) await put(store, "zz");
  });

  test("a disk without room for the safety copy leaves the store as it was, and no half file", async () => {
    using ample = mountTmpfs("size=32m");
    using small = mountTmpfs("size=64k");
    const archive = join(ample.folder, "archive");
    {
      await using empty = await openStore(`${other}:${pathIn(ample.folder, other)}`);
      await put(empty, "a");
      await saveArchive(empty, archive);
    }
    await using store = await filled(ample.folder, scheme);
    const hash = await storeHash(store);
    const safetyCopy = (of: Store): Promise<unknown> => saveArchive(of, join(small.folder, "before"));
    const restored = restoreArchive(store, archiveFile(archive), { replace: { safetyCopy } });
    expect(await errorOf(restored)).toMatchObject({ code: "STORE_FULL" });
    expect([await storeHash(store), (await store.stats()).holds]).toEqual([hash, []]);
    expect(readdirSync(small.folder)).toEqual([]);
    await put(store, "zz");
  });

  test("a target on a read-only mount is refused, and a source there is copied", async () => {
    using ample = mountTmpfs("size=32m");
    await (await filled(ample.folder, scheme)).close();
    using view = mountReadOnly(ample.folder);
    const url = `${scheme}:${pathIn(view.folder, scheme)}`;
    expect(await errorOf(openStore(url))).toMatchObject({ code: "STORE_READ_ONLY" });
    await using from = await openStore(url, { access: "read" });
    await using to = await openStore("memory:");
    expect(await errorOf(copy(to, from))).toMatchObject({ code: "STORE_READ_ONLY", outcome: "none" });
    expect(await copy(from, to)).toMatchObject({ equal: true, written: notes });
  });
});
