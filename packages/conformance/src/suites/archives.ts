import assert from "node:assert/strict";

import { HoldfastError } from "@holdfast/core";
import type { JsonObject, Store, StoredRecord } from "@holdfast/core";

import { behaviour, concurrent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { gate } from "../gate.ts";
import { insert } from "../ops.ts";
import { range, save, writeAll } from "../shorthand.ts";

/** The lines of a store's archive; `onWrite` is awaited with each piece of it. */
async function archive(store: Store, onWrite?: () => Promise<void>): Promise<readonly JsonObject[]> {
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
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as JsonObject);
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
