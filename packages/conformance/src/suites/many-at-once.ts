import assert from "node:assert/strict";

import type { Store, StoreSession } from "@holdfast/core";

import { behaviour } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put, putMatching, remove } from "../ops.ts";
import { answers, failure } from "../refusal.ts";
import { fieldOf, findIds, range, read, readStored, save, writeAll } from "../shorthand.ts";

const tries = { tries: 1_000, timeoutMs: 60_000 } as const;

async function numberAt(session: Pick<StoreSession, "get">, id: string): Promise<number> {
  const value = await fieldOf(session, "Item", id, "rank");
  return typeof value === "number" ? value : NaN;
}

/** Reads, adds one, and writes if nobody else wrote between; again until it worked. */
async function addOne(store: Store, id: string): Promise<void> {
  for (;;) {
    const { version, body } = await readStored(store, "Item", id);
    const rank = typeof body["rank"] === "number" ? body["rank"] + 1 : NaN;
    const [result] = await store.write([put("Item", id, { rank }, version)]);
    if (result?.ok === true) return;
    assert.equal(result?.why, "version");
  }
}

export const manyAtOnce: Theme = {
  name: "many at once",
  behaviours: [
    behaviour("acknowledges and stores 1,000 saves that were started together", async ({ store }) => {
      const saved = await Promise.all(range(1_000).map((at) => save(store, "Item", `s${at}`, { rank: at })));
      assert.equal(new Set(saved.map(({ id }) => id)).size, 1_000);
      assert.equal(await store.count("Item", { version: 1 }), 1_000);
      assert.equal(await numberAt(store, "s777"), 777);
    }),
    behaviour("answers 1,000 gets that were started together, each with its own records", async ({ store }) => {
      await writeAll(
        store,
        range(1_000).map((at) => insert("Note", `g${at}`, { at })),
      );
      const found = await Promise.all(
        range(1_000).map((at) => store.get("Note", [`g${at}`, "none", `g${(at * 7) % 1_000}`])),
      );
      const wrong = found.findIndex(
        ([own, none, other], at) =>
          own?.body["at"] !== at || none !== undefined || other?.body["at"] !== (at * 7) % 1_000,
      );
      assert.equal(wrong, -1, `get ${wrong} was answered with records of another`);
    }),
    behaviour(
      "commits each of 60 transactions at once that all read what the others write, with four tries each",
      async ({ store }) => {
        const addToAll = (at: number) =>
          store.transaction(
            async (session) => {
              const rank = await session.count("Item", { status: "counted" });
              await session.write([insert("Item", `n${at}`, { status: "counted", rank })]);
            },
            { tries: 4 },
          );
        const writes = range(60).map((at) => save(store, "Item", `beside-${at}`, { status: "beside" }));
        await Promise.all([...range(60).map(addToAll), ...writes]);
        const counted = { type: "Item", where: { status: "counted" } } as const;
        const { records } = await store.find({ ...counted, orderBy: [{ field: "rank", direction: "asc" }] });
        assert.deepEqual(
          records.map(({ body }) => body["rank"]),
          range(60),
        );
      },
    ),
    behaviour("gives each of many writes started together its own results", async ({ store }) => {
      await save(store, "Item", "there");
      const groups = range(60).map((at) => [
        [insert("Item", `fine-${at}`)],
        [insert("Item", `beside-${at}`), insert("Item", "there")],
        [putMatching("Item", "there", {}, { status: "none" })],
      ]);
      const results = await Promise.all(groups.flat().map(async (ops) => answers(await store.write(ops))));
      assert.deepEqual(
        results,
        range(60).flatMap(() => [["ok"], ["batch", "exists"], ["match"]]),
      );
      assert.equal(await store.count("Item"), 61);
    }),
    behaviour(
      "fails one write alone among many started together, by a unique violation or by its input",
      async ({ store }) => {
        await save(store, "Account", "holder", { email: "taken" });
        const good = range(100).map((at) => store.write([insert("Account", `good-${at}`, { email: `mail-${at}` })]));
        const violation = failure(
          store.write([insert("Item", "x"), insert("Account", "bad", { email: "taken" })]),
          "UNIQUE_VIOLATION",
        );
        const invalid = failure(store.write([insert("Item", "")]), "INVALID_ID");
        const more = range(100).map((at) => store.write([insert("Account", `more-${at}`, { email: `post-${at}` })]));
        await Promise.all([violation, invalid]);
        const results = await Promise.all([...good, ...more]);
        assert.ok(
          results.every(([result]) => result?.ok),
          "every other write was done",
        );
        assert.equal(await store.count("Account"), 201);
        assert.equal(await read(store, "Item", "x"), undefined);
      },
    ),
    behaviour("gives writes that were started together rising times in the order of their calls", async ({ store }) => {
      // Neither the order of the ids, nor the reverse.
      const ids = range(40).map((at) => `t${(at * 17) % 40}`);
      const saved = await Promise.all(ids.map((id) => save(store, "Item", id)));
      const times = saved.map(({ created }) => created);
      assert.deepEqual(
        times,
        [...new Set(times)].sort((a, b) => a - b),
      );
      assert.deepEqual(await findIds(store, { type: "Item" }), ids);
    }),
    behaviour("keeps the order of writes to one record that were started together", async ({ store }) => {
      const saved = await Promise.all(range(100).map((rank) => save(store, "Item", "line", { rank })));
      assert.deepEqual(
        saved.map(({ version, body }) => [version, body["rank"]]),
        range(100).map((at) => [at + 1, at]),
      );
      assert.equal(await numberAt(store, "line"), 99);
    }),
    behaviour(
      "keeps the order of saves, deletes and creations of one record that were started together",
      async ({ store }) => {
        const calls = range(20).flatMap(() => [
          store.write([insert("Item", "blink")]),
          store.write([put("Item", "blink", {}, "present")]),
          store.write([remove("Item", "blink", "present")]),
        ]);
        const results = await Promise.all(calls);
        assert.ok(
          results.every(([result]) => result?.ok),
          "every write found what the one before it left",
        );
        assert.equal((await save(store, "Item", "blink")).version, 61);
      },
    ),
    behaviour("keeps that order where other records are written beside it, and some are refused", async ({ store }) => {
      const [records, rounds] = [range(30), range(5)];
      const saved = await Promise.all(
        rounds.flatMap((rank) =>
          records.map(async (at) => {
            const [refused] = await store.write([put("Item", `o${at}`, { rank: -1 }, 100 + rank)]);
            assert.equal(refused?.ok, false);
            return save(store, "Item", `o${at}`, { rank });
          }),
        ),
      );
      assert.equal(saved.length, 150);
      const calls = rounds.flatMap((rank) =>
        records.map((at) => store.write([put("Item", `o${at}`, { rank }, "any")])),
      );
      const results = await Promise.all(calls);
      const versions = results.map(([result]) => (result?.ok === true ? result.record?.version : result?.why));
      assert.deepEqual(
        versions,
        rounds.flatMap((rank) => records.map(() => 6 + rank)),
      );
      assert.equal(await store.count("Item", { rank: 4, version: 10 }), 30);
    }),
    behaviour("loses no update of ten writers that count up one record in transactions", async ({ store }) => {
      await save(store, "Item", "counter", { rank: 0 });
      const writers = range(10).map(async () => {
        for (let round = 0; round < 10; round++) {
          await store.transaction(
            async (session) => save(session, "Item", "counter", { rank: (await numberAt(session, "counter")) + 1 }),
            tries,
          );
        }
      });
      await Promise.all(writers);
      assert.equal(await numberAt(store, "counter"), 100);
    }),
    behaviour("loses no update of ten writers that expect the version that they read", async ({ store }) => {
      await save(store, "Item", "cas", { rank: 0 });
      await Promise.all(
        range(10).map(async () => {
          for (let round = 0; round < 10; round++) await addOne(store, "cas");
        }),
      );
      assert.deepEqual([await numberAt(store, "cas"), (await readStored(store, "Item", "cas")).version], [100, 101]);
    }),
    behaviour("loses no update where transactions and expectations count up together", async ({ store }) => {
      await save(store, "Item", "mixed", { rank: 0 });
      const inTransaction = (session: StoreSession) =>
        numberAt(session, "mixed").then((rank) => save(session, "Item", "mixed", { rank: rank + 1 }));
      await Promise.all(
        range(10).map(async (writer) => {
          for (let round = 0; round < 5; round++) {
            if (writer % 2 === 0) await addOne(store, "mixed");
            else await store.transaction(inTransaction, tries);
          }
        }),
      );
      assert.equal(await numberAt(store, "mixed"), 50);
    }),
    behaviour("keeps a sum while money moves between accounts and readers add it up", async ({ store }) => {
      const accounts = range(4).map((at) => `account-${at}`);
      await writeAll(
        store,
        accounts.map((id) => insert("Item", id, { rank: 100 })),
      );
      const sum = async (session: Pick<StoreSession, "get">) =>
        (await session.get("Item", accounts)).reduce((total, record) => total + Number(record?.body["rank"]), 0);
      const move = (at: number) =>
        store.transaction(async (session) => {
          const [from = "", to = ""] = [accounts[at % 4], accounts[(at + 1 + (at % 3)) % 4]];
          const [held, other] = [await numberAt(session, from), await numberAt(session, to)];
          await writeAll(session, [put("Item", from, { rank: held - 1 }), put("Item", to, { rank: other + 1 })]);
        }, tries);
      const readers = range(30).map((at) => (at % 2 === 0 ? sum(store) : store.transaction(sum, { readOnly: true })));
      const [sums] = await Promise.all([Promise.all(readers), Promise.all(range(24).map(move))]);
      assert.deepEqual(new Set([...sums, await sum(store)]), new Set([400]));
    }),
    behaviour("finishes batches over the same records in opposite orders", async ({ store }) => {
      const ids = range(20).map((at) => `d${at}`);
      const writers = range(20).map((at) =>
        store.write((at % 2 === 0 ? ids : ids.toReversed()).map((id) => put("Item", id, { rank: at }))),
      );
      const results = await Promise.all(writers);
      assert.ok(
        results.flat().every((result) => result.ok),
        "every op was done",
      );
      const { records } = await store.find({ type: "Item" });
      assert.deepEqual(new Set(records.map(({ version }) => version)), new Set([20]));
      assert.equal(new Set(records.map(({ body }) => body["rank"])).size, 1, "one writer was the last for all");
    }),
    behaviour("creates a record once, of many that want to", async ({ store }) => {
      const results = await Promise.all(range(50).map((rank) => store.write([insert("Item", "first", { rank })])));
      assert.equal(results.filter(([result]) => result?.ok).length, 1);
      assert.equal((await readStored(store, "Item", "first")).version, 1);
      assert.deepEqual(await findIds(store, { type: "Item" }), ["first"]);
    }),
    behaviour("gives up a transaction that finds no serial place, or commits it: no third way", async ({ store }) => {
      await save(store, "Item", "contended", { rank: 0 });
      const outcomes = await Promise.all(
        range(12).map(async () => {
          const call = store.transaction(
            async (session) => save(session, "Item", "contended", { rank: (await numberAt(session, "contended")) + 1 }),
            { tries: 1 },
          );
          const settled = await Promise.allSettled([call]);
          return settled[0].status === "fulfilled" ? undefined : failure(call, "TRANSACTION_CONFLICT");
        }),
      );
      const conflicts = outcomes.filter((error) => error !== undefined);
      for (const { retryable, outcome } of conflicts) assert.deepEqual([retryable, outcome], [true, "none"]);
      const committed = outcomes.length - conflicts.length;
      assert.ok(committed > 0, "one at least has a place");
      assert.equal(await numberAt(store, "contended"), committed);
    }),
  ],
};
