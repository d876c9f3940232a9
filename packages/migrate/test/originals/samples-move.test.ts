import { readFile } from "node:fs/promises";

import type { Store } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { expect, test } from "vitest";

import { copy, importStateStore, importTinyDb } from "../../src/index.ts";
import { archiveOf } from "../archive-support.ts";
import { sampleFile } from "./state-store-files.ts";

const tinyDb = (path: string) => async (store: Store) =>
  importTinyDb(await readFile(new URL(path, import.meta.url)), store);
const stateStore = (name: string) => async (store: Store) => importStateStore(await sampleFile(name), store);

/** `records`: what the originals' own expectations of these files count. */
const samples = [
  { name: "TinyDB, every status", load: tinyDb("../../../../apps/demo/data/entities.json"), records: 801 },
  { name: "TinyDB, an early version", load: tinyDb("samples/entities-v0.9.3.json"), records: 80 },
  { name: "StateStore", load: stateStore("orchestrator"), records: 510 },
  { name: "StateStore, an early version", load: stateStore("orchestrator-v1-noindex"), records: 110 },
];

const kinds = storesUnderTest();

test.each(samples)(
  "$name goes through all backends and back again, with equal hashes, to the byte",
  async ({ load, records }) => {
    // Each backend into the next one, and from the last all the way back.
    const way = [...kinds, ...kinds.toReversed().slice(1)];
    const stores: Store[] = [];
    const isEqual: boolean[] = [];
    try {
      for (const kind of way) {
        const source = stores.at(-1);
        const store = await kind.open(source === undefined ? {} : { model: { layout: source.layout } });
        stores.push(store);
        if (source === undefined) await load(store);
        else isEqual.push((await copy(source, store)).equal);
      }
      expect(isEqual).toEqual(way.slice(1).map(() => true));
      expect(await stores.at(-1)?.stats()).toMatchObject({ records });
      const [first, ...others] = await Promise.all(stores.map(async (store) => archiveOf(store)));
      for (const other of others) expect(other.equals(first ?? Buffer.of())).toBe(true);
    } finally {
      for (const store of stores) await store.close();
    }
  },
);
