import assert from "node:assert/strict";

import type { Expect, WriteOp } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { Behaviour, TenantSession, Theme } from "../behaviour.ts";
import { check, insert, put, remove } from "../ops.ts";
import { answers, failure } from "../refusal.ts";
import { read, save, show, wrongly, writeAll } from "../shorthand.ts";

type Answer = "ok" | "exists" | "missing" | "version";
interface Row {
  readonly expect: Expect;
  /** Where the record is stored with version 2, where it never was, and where it was deleted at version 3. */
  readonly live: Answer;
  readonly never: Answer;
  readonly deleted: Answer;
}

const rows: readonly Row[] = [
  { expect: "any", live: "ok", never: "ok", deleted: "ok" },
  { expect: "absent", live: "exists", never: "ok", deleted: "ok" },
  { expect: "present", live: "ok", never: "missing", deleted: "missing" },
  { expect: 2, live: "ok", never: "missing", deleted: "missing" },
  { expect: 1, live: "version", never: "missing", deleted: "missing" },
  { expect: 3, live: "version", never: "missing", deleted: "missing" },
];
const states = ["live", "never", "deleted"] as const;
const stateText = { live: "has version 2", never: "was never stored", deleted: "was deleted" };
const ops: Readonly<Record<"put" | "delete" | "check", (id: string, expect: Expect) => WriteOp>> = {
  put: (id, expect) => put("Item", id, { rank: 1 }, expect),
  delete: (id, expect) => remove("Item", id, expect),
  check: (id, expect) => check("Item", id, expect),
};

export const expectations: Theme = {
  name: "expectations",
  behaviours: [
    ...(["put", "delete", "check"] as const).flatMap((kind) => rows.map((row) => tableRow(kind, row))),
    anywhere("shows the record that stood in the way of a refused op", async ({ store }) => {
      const stored = await save(store, "Item", "in-the-way", { name: "kept" });
      for (const op of [
        insert("Item", "in-the-way"),
        put("Item", "in-the-way", {}, 9),
        remove("Item", "in-the-way", 9),
      ]) {
        const [result] = await store.write([op]);
        assert.ok(result?.ok === false, `${show(op)} must be refused`);
        assert.deepEqual(result.record, stored);
      }
    }),
    anywhere("never lets a stale expectation match after a delete and a new creation", async ({ store }) => {
      const seen = await save(store, "Item", "aba");
      await writeAll(store, [remove("Item", "aba")]);
      await save(store, "Item", "aba");
      const results = await store.write([put("Item", "aba", { rank: 9 }, seen.version)]);
      assert.deepEqual(answers(results), ["version"]);
    }),
    anywhere("does not take the version of a tombstone for a stored one", async ({ store }) => {
      await save(store, "Item", "buried");
      await writeAll(store, [remove("Item", "buried")]);
      assert.deepEqual(answers(await store.write([put("Item", "buried", {}, 2)])), ["missing"]);
    }),
    anywhere("refuses an expectation that is none, and writes nothing", async ({ store }) => {
      for (const expect of ["maybe", 1.5, NaN, "1", null, undefined, {}]) {
        const op = { put: { type: "Item", id: "odd", documentVersion: 1, body: {} }, expect };
        await failure(store.write([wrongly<WriteOp>(op)]), "INVALID_ENTITY");
      }
      assert.equal(await read(store, "Item", "odd"), undefined);
    }),
    anywhere("refuses an op that is none", async ({ store }) => {
      for (const op of [
        null,
        undefined,
        "put",
        {},
        { push: {} },
        { put: null, expect: "any" },
        { check: 1, expect: 1 },
      ]) {
        await failure(store.write([wrongly<WriteOp>(op)]), "INVALID_ENTITY");
      }
      await failure(store.write(wrongly<WriteOp[]>("ops")), "INVALID_ENTITY");
    }),
  ],
};

function tableRow(kind: "put" | "delete" | "check", row: Row): Behaviour {
  const shown = states.map((state) => `${row[state]} where it ${stateText[state]}`).join(", ");
  const expect = typeof row.expect === "number" ? `version ${row.expect}` : row.expect;
  return anywhere(`a ${kind} that expects "${expect}" is ${shown}`, async ({ store }) => {
    for (const state of states) {
      await prepare(store, state);
      const before = await read(store, "Item", state);
      const results = await store.write([ops[kind](state, row.expect)]);
      assert.deepEqual(answers(results), [row[state]], `where the record ${stateText[state]}`);
      const after = await read(store, "Item", state);
      if (row[state] !== "ok" || kind === "check") assert.deepEqual(after, before);
      else if (kind === "delete") assert.equal(after, undefined);
      else assert.deepEqual(after?.body, { rank: 1 });
    }
  });
}

async function prepare(session: TenantSession, state: (typeof states)[number]): Promise<void> {
  if (state === "never") return;
  await save(session, "Item", state, { rank: 0 });
  if (state === "live") await save(session, "Item", state, { rank: 0 });
  else await writeAll(session, [remove("Item", state)]);
}
