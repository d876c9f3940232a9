import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { HoldfastError } from "@holdfast/core";
import type { JsonObject, Store, StoredRecord, Tombstone } from "@holdfast/core";

import { behaviour, concurrent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { gate } from "../gate.ts";
import { insert, remove } from "../ops.ts";
import { range, save, writeAll } from "../shorthand.ts";

/** The text of a store's archive; `onWrite` is awaited with each piece of it. */
async function archiveText(store: Store, onWrite?: () => Promise<void>): Promise<string> {
  let text = "";
  await store.backup(
    new WritableStream<string>({
      async write(piece) {
        text += piece;
        await onWrite?.();
      },
    }),
  );
  assert.ok(text.endsWith("\n"), "the last line ends");
  return text;
}

function linesOf(text: string): readonly JsonObject[] {
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as JsonObject);
}

async function archive(store: Store, onWrite?: () => Promise<void>): Promise<readonly JsonObject[]> {
  return linesOf(await archiveText(store, onWrite));
}

/** Restores all that the lines hold, each record or tombstone through the view of its tenant. */
async function restoreAll(store: Store, lines: readonly JsonObject[]): Promise<void> {
  for (const { record, tombstone } of lines) {
    const restored = (record ?? tombstone) as StoredRecord | Tombstone | undefined;
    if (restored !== undefined) await writeAll(store.tenant(restored.tenant), [{ restore: restored }]);
  }
}

/** In two tenants: declared and undeclared types, a child before its parent by name, changes and deletes. */
async function fill(store: Store): Promise<void> {
  for (const tenant of ["b", "a"]) {
    const view = store.tenant(tenant);
    for (const id of ["\u{1f600}", "\uffff", "z"]) {
      await save(view, "Memo", id, { "": [1, { z: 1, a: 2 }], text: "\0\ud83d", 10: 1, 9: 0 });
      await save(view, "Parent", id, { name: id });
      await save(view, "Child", id, { parentId: id });
    }
    await save(view, "Memo", "z", { changed: true });
    for (const type of ["Memo", "Child"])
      await writeAll(view, [remove(type, "\u{1f600}"), remove(type, "\uffff"), insert(type, "later")]);
    await save(view, "Memo", "\uffff", { again: true });
  }
}

function recordsOf(lines: readonly JsonObject[]): readonly JsonObject[] {
  return lines.flatMap(({ record }) =>
    typeof record === "object" && record !== null && "id" in record ? [record] : [],
  );
}

export const archives: Theme = {
  name: "archives",
  behaviours: [
    behaviour("hold every record of every tenant once, as it is stored", async ({ open }) => {
      await using store = await open();
      const saved: StoredRecord[] = [];
      for (const tenant of ["default", "b", "a"]) {
        for (const type of ["Item", "Memo"]) {
          saved.push(
            await save(store.tenant(tenant), type, `\u{1f600}-${type}`, { name: "\0\ud83d", "": [1, { z: 1, a: 2 }] }),
          );
        }
      }
      await save(store, "Item", "gone");
      await writeAll(store, [{ delete: { type: "Item", id: "gone" }, expect: 1 }]);
      const keyOf = ({ tenant, type, id }: JsonObject | StoredRecord) => JSON.stringify([tenant, type, id]);
      const byKey = (a: JsonObject | StoredRecord, b: JsonObject | StoredRecord) => (keyOf(a) < keyOf(b) ? -1 : 1);
      assert.deepEqual(recordsOf(await archive(store)).toSorted(byKey), saved.toSorted(byKey));
    }),
    behaviour("say in front what they hold, and behind it the hash of all that stands before", async ({ open }) => {
      await using store = await open();
      await fill(store);
      const text = await archiveText(store);
      const lines = linesOf(text);
      const [header, trailer] = [lines[0], lines.at(-1)];
      const end = text.lastIndexOf("\n", text.length - 2) + 1;
      const hash = createHash("sha256").update(text.slice(0, end)).digest("hex");
      assert.deepEqual(trailer, { records: 16, tombstones: 6, hash });
      assert.deepEqual([header?.["holdfast"], header?.["format"]], ["archive", 1]);
      const counts = header?.["counts"] as readonly JsonObject[];
      assert.deepEqual(
        counts.map(({ tenant, type, records, tombstones }) => [tenant, type, records, tombstones]),
        ["a", "b"].flatMap((tenant) => [
          [tenant, "Parent", 3, 0],
          [tenant, "Child", 2, 2],
          [tenant, "Memo", 3, 1],
        ]),
      );
    }),
    behaviour("hold the tombstone of every delete by id, and none of what was made again", async ({ open }) => {
      await using store = await open();
      await fill(store);
      const lines = await archive(store);
      const tombstones = lines.flatMap(({ tombstone }) => (tombstone as Tombstone | undefined) ?? []);
      const found = tombstones.map(({ tenant, type, id, version }) => [tenant, type, id, version]);
      const own = [
        ["Child", "\uffff", 2],
        ["Child", "\u{1f600}", 2],
        ["Memo", "\u{1f600}", 2],
      ];
      assert.deepEqual(
        found,
        ["a", "b"].flatMap((tenant) => own.map((each) => [tenant, ...each])),
      );
    }),
    behaviour("are the same to the byte of a store that was made from one", async ({ open }) => {
      await using store = await open();
      await fill(store);
      const text = await archiveText(store);
      await using copied = await open();
      await restoreAll(copied, linesOf(text));
      assert.equal(await archiveText(copied), text);
    }),
    behaviour("hold more records than one page has", async ({ open }) => {
      await using store = await open();
      await writeAll(
        store,
        range(2_500).map((at) => insert("Item", `i${at}`)),
      );
      const ids = recordsOf(await archive(store)).map(({ id }) => id);
      assert.deepEqual([ids.length, new Set(ids).size], [2_500, 2_500]);
    }),
    concurrent(
      "are of one moment, though there are writes meanwhile, in one tenant and across tenants",
      async ({ open }) => {
        await using store = await open();
        const views = ["a", "b", "c"].map((name) => store.tenant(name));
        for (const view of views) await writeAll(view, [insert("Item", "old"), insert("Memo", "old")]);
        const [begun, written] = [gate(), gate()];
        let pieces = 0;
        const archived = archive(store, async () => {
          pieces += 1;
          if (pieces < 2) return;
          begun.open();
          await written.opened;
        });
        await Promise.race([begun.opened, archived]);
        try {
          for (const view of views) for (const type of ["Item", "Memo", "Zeta"]) await save(view, type, "late");
        } finally {
          written.open();
        }
        const late = recordsOf(await archived).filter(({ id }) => id === "late");
        assert.ok(late.length === 0 || late.length === 9, `${late.length} of 9 later records are in the archive`);
      },
    ),
    behaviour("fail as the stream fails that they are written to", async ({ open }) => {
      await using store = await open();
      await save(store, "Item", "a");
      const full = new TypeError("no room");
      const thrown = await archive(store, () => Promise.reject(full)).catch((error: unknown) => error);
      assert.ok(
        thrown === full || (HoldfastError.is(thrown) && thrown.cause === full),
        `it failed with ${String(thrown)}`,
      );
      assert.equal((await save(store, "Item", "a")).version, 2);
    }),
  ],
};
