import assert from "node:assert/strict";

import type { RecordTurn, Store, WriteResult } from "@holdfast/core";

import { behaviour, sharable } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put } from "../ops.ts";
import { answers, failure } from "../refusal.ts";
import { fieldOf, range, readStored, save } from "../shorthand.ts";

const hot = { type: "Item", id: "hot" } as const;

type Written = Promise<readonly WriteResult[] | undefined>;

/** Reads, adds one, and hands the write in. */
async function countUp(turn: RecordTurn): Promise<{ readonly found: number; readonly written: Written }> {
  const record = await turn.read();
  const found = Number(record?.body["rank"]);
  const written = turn.write({ documentVersion: 1, body: { rank: found + 1 } });
  written.catch(() => undefined);
  return { found, written };
}

/** Counts up by turns until it is done, and gives the version that came of it. */
async function addOne(store: Store): Promise<number> {
  using turn = store.takeTurn(hot);
  for (;;) {
    const [result] = (await (await countUp(turn)).written) ?? [];
    if (result?.ok === true) return result.record?.version ?? NaN;
  }
}

export const turns: Theme = {
  name: "turns at one record",
  behaviours: [
    behaviour("go on from what is being written, each with versions and times of its own", async ({ store }) => {
      await save(store, "Item", "hot", { rank: 0 });
      using first = store.takeTurn(hot);
      using second = store.takeTurn(hot);
      const one = await countUp(first);
      const two = await countUp(second);
      assert.deepEqual([one.found, two.found], [0, 1]);
      const [[a], [b]] = [(await one.written) ?? [], (await two.written) ?? []];
      assert.deepEqual([a?.record?.version, b?.record?.version], [2, 3]);
      assert.deepEqual([a?.record?.body, b?.record?.body], [{ rank: 1 }, { rank: 2 }]);
      assert.ok(Number(b?.record?.updated) > Number(a?.record?.updated));
      assert.deepEqual(await readStored(store, "Item", "hot"), b?.record);
    }),
    behaviour("are never built on the same version of another's write", async ({ store }) => {
      await save(store, "Item", "hot", { rank: 0 });
      using first = store.takeTurn(hot);
      using second = store.takeTurn(hot);
      await first.read();
      const stray = store.write([put("Item", "hot", { rank: 100 })]);
      const refused = first.write({ documentVersion: 1, body: { rank: 1 } });
      const two = await countUp(second);
      assert.deepEqual(
        [answers(await stray), answers((await refused) ?? []), await two.written],
        [["ok"], ["version"], undefined],
      );
      assert.equal(await fieldOf(store, "Item", "hot", "rank"), 100);
      first[Symbol.dispose]();
      second[Symbol.dispose]();
      assert.equal(await addOne(store), 3);
    }),
    behaviour("fall with the whole batch that they are built on", async ({ store }) => {
      await save(store, "Item", "hot", { rank: 0 });
      await save(store, "Item", "taken");
      using first = store.takeTurn(hot);
      using second = store.takeTurn(hot);
      await first.read();
      const refused = first.write({ documentVersion: 1, body: { rank: 1 }, beside: [insert("Item", "taken")] });
      const two = await countUp(second);
      assert.deepEqual(answers((await refused) ?? []), ["batch", "exists"]);
      assert.equal(await two.written, undefined);
      first[Symbol.dispose]();
      assert.equal((await countUp(second)).found, 0);
    }),
    behaviour(
      "fall with one that is given up while it waits, and begin again from what is stored",
      async ({ store }) => {
        await save(store, "Item", "hot", { rank: 0 });
        const controller = new AbortController();
        using first = store.within({ signal: controller.signal }).takeTurn(hot);
        using second = store.takeTurn(hot);
        const one = await countUp(first);
        const two = await countUp(second);
        controller.abort();
        assert.equal((await failure(one.written, "ABORTED")).outcome, "none");
        assert.equal(await two.written, undefined);
        const again = await countUp(second);
        assert.equal(again.found, 0);
        assert.deepEqual(answers((await again.written) ?? []), ["ok"]);
      },
    ),
    behaviour("know whether what they were shown has come to be stored", async ({ store }) => {
      await save(store, "Item", "hot", { rank: 0 });
      using first = store.takeTurn(hot);
      using second = store.takeTurn(hot);
      await first.read();
      assert.equal(await first.isCertain(), true);
      const one = await countUp(first);
      await second.read();
      assert.equal(await second.isCertain(), true);
      assert.deepEqual(answers((await one.written) ?? []), ["ok"]);
      const stray = store.write([put("Item", "hot", { rank: 7 })]);
      const doomed = await countUp(first);
      await second.read();
      assert.deepEqual([answers(await stray), await second.isCertain()], [["ok"], false]);
      assert.deepEqual(answers((await doomed.written) ?? []), ["version"]);
    }),
    behaviour("come in the order in which they were asked for", async ({ store }) => {
      await save(store, "Item", "hot", { rank: 0 });
      const came: number[] = [];
      await Promise.all(
        range(20).map(async (at) => {
          using turn = store.takeTurn(hot);
          const { found, written } = await countUp(turn);
          came.push(at);
          assert.equal(found, at);
          await written;
        }),
      );
      assert.deepEqual(came, range(20));
    }),
    behaviour("do not wait for those of another tenant or record", async ({ store }) => {
      const other = store.tenant(`${store.tenantName}-other`);
      await Promise.all([store, other].map((each) => save(each, "Item", "hot", { rank: 0 })));
      await save(store, "Item", "cold", { rank: 5 });
      using held = store.takeTurn(hot);
      await held.read();
      using elsewhere = other.takeTurn(hot);
      assert.equal((await elsewhere.read())?.body["rank"], 0);
      using beside = store.takeTurn({ type: "Item", id: "cold" });
      assert.equal((await beside.read())?.body["rank"], 5);
    }),
    behaviour("end their wait at the limits of their view, and hold up nobody behind them", async ({ store }) => {
      await save(store, "Item", "hot", { rank: 0 });
      const held = store.takeTurn(hot);
      await held.read();
      const controller = new AbortController();
      using given = store.within({ signal: controller.signal }).takeTurn(hot);
      using behind = store.takeTurn(hot);
      const [left, read] = [given.read(), behind.read()];
      controller.abort();
      await failure(left, "ABORTED");
      given[Symbol.dispose]();
      held[Symbol.dispose]();
      assert.equal((await read)?.version, 1);
    }),
    behaviour("hand out what is being written as a copy", async ({ store }) => {
      await save(store, "Item", "hot", { tags: ["a"] });
      using first = store.takeTurn(hot);
      using second = store.takeTurn(hot);
      using third = store.takeTurn(hot);
      await first.read();
      const written = first.write({ documentVersion: 1, body: { tags: ["b"] } });
      const spoilt = (await second.read())?.body["tags"];
      if (Array.isArray(spoilt)) spoilt.push("spoilt");
      second[Symbol.dispose]();
      assert.deepEqual((await third.read())?.body, { tags: ["b"] });
      const [result] = (await written) ?? [];
      assert.deepEqual(result?.record?.body, { tags: ["b"] });
    }),
    behaviour("find nothing where nothing is stored, and nothing comes of a write then", async ({ store }) => {
      using turn = store.takeTurn({ type: "Item", id: "none" });
      assert.equal(await turn.read(), undefined);
      assert.equal(await turn.isCertain(), true);
      assert.equal(await turn.write({ documentVersion: 1, body: {} }), undefined);
    }),
    behaviour("are refused inside a transaction on the store, and once it is closed", async ({ store, open }) => {
      await save(store, "Item", "hot", { rank: 0 });
      await store.transaction(async () => {
        using turn = store.takeTurn(hot);
        await failure(turn.read(), "TRANSACTION_OUTER_USE");
      });
      const other = await open();
      await save(other, "Item", "hot", { rank: 0 });
      using turn = other.takeTurn(hot);
      await turn.read();
      await other.close();
      await failure(turn.write({ documentVersion: 1, body: {} }), "STORE_CLOSED");
      await failure(other.takeTurn(hot).read(), "STORE_CLOSED");
    }),
    behaviour("delete nothing", async ({ store }) => {
      await save(store, "Item", "hot", { rank: 0 });
      using turn = store.takeTurn(hot);
      await turn.read();
      const beside = [{ delete: hot, expect: "any" } as const];
      await failure(turn.write({ documentVersion: 1, body: {}, beside }), "INVALID_ENTITY");
    }),
    behaviour("give each version once to 600 that are asked for together", async ({ store }) => {
      await save(store, "Item", "hot", { rank: 0 });
      const versions = await Promise.all(range(600).map(() => addOne(store)));
      assert.deepEqual(
        versions,
        range(600).map((at) => at + 2),
      );
      assert.equal(await fieldOf(store, "Item", "hot", "rank"), 600);
    }),
    sharable("lose no update of two stores that count up one record", async ({ open, reopen }) => {
      await using one = await open();
      await using two = await reopen(one);
      await save(one, "Item", "hot", { rank: 0 });
      const versions = await Promise.all(range(40).map((at) => addOne(at % 2 === 0 ? one : two)));
      assert.equal(new Set(versions).size, 40);
      assert.deepEqual([await fieldOf(two, "Item", "hot", "rank"), Math.max(...versions)], [40, 41]);
    }),
  ],
};
