import assert from "node:assert/strict";

import { timestampText } from "@holdfast/core";
import type { StoredRecord } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { TenantSession, Theme } from "../behaviour.ts";
import { failure } from "../refusal.ts";
import { findIds, save, show } from "../shorthand.ts";

const start = 1_700_000_000_000_000;
const stored = [start, start + 1, start + 999, start + 1_000, start + 1_000_000];

/** Records `t0`, `t1` and so on, created at these times. */
async function stock(store: TenantSession): Promise<void> {
  const records = stored.map((created, at): StoredRecord => {
    const key = { type: "Item", tenant: store.tenantName, id: `t${at}`, version: 1, documentVersion: 1 };
    return { ...key, created, updated: created + 5, body: {} };
  });
  await store.write(records.map((record) => ({ restore: record })));
}

export const times: Theme = {
  name: "times in queries",
  behaviours: [
    anywhere("compares createdAt and updatedAt to the microsecond, as UTC text", async ({ store }) => {
      await stock(store);
      for (const [at, created] of stored.entries()) {
        const text = timestampText(created);
        assert.deepEqual(await findIds(store, { type: "Item", where: { createdAt: text } }), [`t${at}`], text);
        const after = await findIds(store, { type: "Item", where: { createdAt: { gt: text } } });
        assert.equal(after.length, stored.length - at - 1, text);
      }
      const updated = timestampText(start + 5);
      assert.deepEqual(await findIds(store, { type: "Item", where: { updatedAt: { lte: updated } } }), ["t0"]);
    }),
    anywhere("takes a Date for its microsecond", async ({ store }) => {
      await stock(store);
      const first = new Date(start / 1000);
      const second = new Date(start / 1000 + 1);
      assert.deepEqual(await findIds(store, { type: "Item", where: { createdAt: first } }), ["t0"]);
      assert.deepEqual(await findIds(store, { type: "Item", where: { createdAt: { in: [first, second] } } }), [
        "t0",
        "t3",
      ]);
      assert.deepEqual(await findIds(store, { type: "Item", where: { createdAt: { gt: first, lt: second } } }), [
        "t1",
        "t2",
      ]);
    }),
    anywhere("takes a shorter fraction of a second", async ({ store }) => {
      await stock(store);
      const text = new Date(start / 1000).toISOString();
      assert.deepEqual(await findIds(store, { type: "Item", where: { createdAt: text } }), ["t0"]);
      const seconds = text.replace(".000Z", "Z");
      assert.deepEqual(await findIds(store, { type: "Item", where: { createdAt: { lte: seconds } } }), ["t0"]);
    }),
    anywhere("finds no time where it is compared with another kind or with null", async ({ store }) => {
      await stock(store);
      for (const operand of [start, true, null]) {
        assert.deepEqual(
          await findIds(store, { type: "Item", where: { createdAt: { eq: operand } } }),
          [],
          show(operand),
        );
        assert.deepEqual(
          await findIds(store, { type: "Item", where: { createdAt: { gte: operand } } }),
          [],
          show(operand),
        );
        assert.equal(await store.count("Item", { not: { createdAt: { lt: operand } } }), stored.length);
      }
      assert.equal(await store.count("Item", { createdAt: { exists: true } }), stored.length);
    }),
    anywhere("refuses text that is no UTC time, and an invalid Date", async ({ store }) => {
      for (const text of ["", "today", "2026-11-22", "2026-13-01T00:00:00Z", "2026-11-22T02:03:04+01:00"]) {
        await failure(store.find({ type: "Item", where: { createdAt: text } }), "INVALID_QUERY");
      }
      await failure(store.find({ type: "Item", where: { updatedAt: { lt: new Date(NaN) } } }), "INVALID_QUERY");
    }),
    anywhere("takes an ISO text of a Date on a field of strings as text", async ({ store }) => {
      const when = new Date(start / 1000);
      await save(store, "Item", "dated", { name: when.toISOString() });
      assert.deepEqual(await findIds(store, { type: "Item", where: { name: when } }), ["dated"]);
    }),
    anywhere("gives times as fixed-width UTC text in counts by time", async ({ store }) => {
      await stock(store);
      const counts = await store.countBy("Item", "createdAt");
      assert.deepEqual(counts, new Map(stored.map((created) => [timestampText(created), 1])));
    }),
    anywhere(
      "refuses restored times and versions above 2^52, above which later ones could not rise",
      async ({ store }) => {
        const record = { type: "Ages", tenant: store.tenantName, id: "late", version: 1, documentVersion: 1 };
        const restored = { ...record, created: 1, updated: 1, body: {} };
        for (const wrong of [{ created: 2 ** 52 + 1 }, { updated: 2 ** 53 - 1 }, { version: 2 ** 52 + 1 }]) {
          await assert.rejects(store.write([{ restore: { ...restored, ...wrong } }]), { code: "INVALID_ENTITY" });
        }
      },
    ),
    anywhere("keeps all restored times apart and in order, up to 2^52", async ({ store }) => {
      const all = [0, 1, 999_999, 2 ** 52 - 1, 2 ** 52];
      for (const [at, created] of all.entries()) {
        const record = { type: "Ages", tenant: store.tenantName, id: `a${at}`, version: 1, documentVersion: 1 };
        await store.write([{ restore: { ...record, created, updated: created, body: {} } }]);
      }
      const { records } = await store.find({ type: "Ages" });
      assert.deepEqual(
        records.map(({ created }) => created),
        all,
      );
    }),
  ],
};
