import assert from "node:assert/strict";

import type { Store } from "@holdfast/core";

import { Actor } from "../actor.ts";
import { behaviour, concurrent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { check, insert, put } from "../ops.ts";
import { answers } from "../refusal.ts";
import { findIds, show } from "../shorthand.ts";
import { waitAWhile } from "../wait-a-while.ts";
import { balance, balances, change, deposit, isOneOf, setUp } from "./isolation-steps.ts";

/** What snapshots alone would let through: what counts is that some serial order explains it all. */
export const serializability: Theme = {
  name: "isolation: what only serializable transactions prevent",
  behaviours: [
    behaviour(
      "G2-item, write skew: of two that each rely on what the other changes, one sees the change",
      async ({ store }) => {
        await setUp(store);
        const [one, two] = [new Actor(store), new Actor(store)];
        for (const [actor, own, other] of [
          [one, "x", "y"],
          [two, "y", "x"],
        ] as const) {
          await actor.does(balance(other));
          await actor.does(async (session) =>
            (await balance(other)(session)) > 0 ? change(own, 0)(session) : undefined,
          );
        }
        await one.commits();
        await two.commits();
        assert.deepEqual([await one.ended(), await two.ended()], ["committed", "committed"]);
        isOneOf(await balances(store), [
          [0, 20],
          [10, 0],
        ]);
      },
    ),
    behaviour(
      "G2, write skew by a condition: of two that each see none and create one, one sees the other's",
      async ({ store }) => {
        const [one, two] = [new Actor(store), new Actor(store)];
        for (const [actor, id] of [
          [one, "a"],
          [two, "b"],
        ] as const) {
          await actor.does((session) => session.count("Item", { status: "running" }));
          await actor.does(async (session) => {
            const running = await session.count("Item", { status: "running" });
            if (running === 0) await session.write([insert("Item", id, { status: "running" })]);
          });
        }
        await one.commits();
        await two.commits();
        assert.deepEqual([await one.ended(), await two.ended()], ["committed", "committed"]);
        const running = await findIds(store, { type: "Item", where: { status: "running" } });
        assert.equal(running.length, 1, `running: ${show(running)}`);
      },
    ),
    behaviour(
      "G2 by absence: of two that each miss the other's record and create their own, one sees the other's",
      async ({ store }) => {
        const [one, two] = [new Actor(store), new Actor(store)];
        for (const [actor, own, other] of [
          [one, "a", "b"],
          [two, "b", "a"],
        ] as const) {
          await actor.does((session) => session.get("Memo", [other]));
          await actor.does(async (session) => {
            const [found] = await session.get("Memo", [other]);
            if (found === undefined) await session.write([insert("Memo", own)]);
          });
        }
        await one.commits();
        await two.commits();
        assert.deepEqual([await one.ended(), await two.ended()], ["committed", "committed"]);
        assert.equal((await findIds(store, { type: "Memo" })).length, 1);
      },
    ),
    concurrent(
      "the read-only anomaly: what a reader saw stays true of the order that it implies",
      async ({ store }) => {
        isSerial(...(await bankScript(store, "transaction")));
      },
    ),
    concurrent("the read-only anomaly, by a plain read beside transactions", async ({ store }) => {
      isSerial(...(await bankScript(store, "plain read")));
    }),
    behaviour("G2-item between a transaction and a single write with a check", async ({ store }) => {
      await setUp(store);
      const one = new Actor(store);
      await one.does(balance("x"));
      const single = store.write([check("Item", "y", 1), put("Item", "x", { rank: 0 })]);
      await waitAWhile(store, single);
      await one.does(async (session) => ((await balance("x")(session)) > 0 ? change("y", 0)(session) : undefined));
      await one.commits();
      assert.equal(await one.ended(), "committed");
      const [answer] = answers(await single);
      isOneOf(
        [answer, ...(await balances(store))],
        [
          ["ok", 0, 20],
          ["version", 10, 0],
        ],
      );
    }),
    behaviour("P4 between a transaction and a single write that expects a version", async ({ store }) => {
      await setUp(store);
      const one = new Actor(store);
      await one.does(balance("x"));
      const single = store.write([put("Item", "x", { rank: 100 }, 1)]);
      await waitAWhile(store, single);
      await one.does(deposit("x", 1));
      await one.commits();
      assert.equal(await one.ended(), "committed");
      const [answer] = answers(await single);
      isOneOf(
        [answer, (await balances(store))[0]],
        [
          ["ok", 101],
          ["version", 11],
        ],
      );
    }),
  ],
};

/**
 * Fekete, O'Neil and O'Neil: a withdrawal that sees no deposit pays a fee of 1 for an overdraft. A reader that saw the
 * deposit without the withdrawal has shown that the deposit came first, and then there is no fee.
 */
async function bankScript(store: Store, by: "transaction" | "plain read") {
  await setUp(store, [0, 0]);
  const [withdrawal, deposits] = [new Actor(store), new Actor(store)];
  await withdrawal.does(balances);
  await deposits.does(deposit("y", 20));
  await deposits.commits();
  const seen =
    by === "plain read"
      ? await balances(store)
      : await store.transaction(balances, { readOnly: true, timeoutMs: 5_000 });
  await withdrawal.does(async (session) => {
    const [x = 0, y = 0] = await balances(session);
    await change("x", x + y < 10 ? x - 11 : x - 10)(session);
  });
  await withdrawal.commits();
  const ends = await Promise.all([withdrawal.ended(), deposits.ended()]);
  assert.deepEqual(ends, ["committed", "committed"]);
  return [seen, await balances(store)] as const;
}

function isSerial(read: unknown, left: unknown): void {
  isOneOf(
    [read, left],
    [
      [
        [0, 0],
        [-10, 20],
      ],
      [
        [0, 0],
        [-11, 20],
      ],
      [
        [0, 20],
        [-10, 20],
      ],
      [
        [-11, 0],
        [-11, 20],
      ],
      [
        [-10, 20],
        [-10, 20],
      ],
      [
        [-11, 20],
        [-11, 20],
      ],
    ],
  );
}
