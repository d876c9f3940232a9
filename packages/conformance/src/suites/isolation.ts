import assert from "node:assert/strict";

import { Actor } from "../actor.ts";
import { behaviour, concurrent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put } from "../ops.ts";
import { findIds } from "../shorthand.ts";
import { balance, balances, change, deposit, isOneOf, setUp } from "./isolation-steps.ts";

/**
 * The anomalies of Adya and of Berenson and others, as the Hermitage names them. A step may wait and a transaction may be
 * run again; what committed transactions saw and left must be what some serial order of them would have given.
 */
export const isolation: Theme = {
  name: "isolation: anomalies that never happen",
  behaviours: [
    behaviour("G0, dirty write: two transactions that write the same records leave those of one", async ({ store }) => {
      await setUp(store);
      const [one, two] = [new Actor(store), new Actor(store)];
      await one.does(change("x", 11));
      await two.does(change("x", 12));
      await two.does(change("y", 22));
      await one.does(change("y", 21));
      await one.commits();
      await two.commits();
      assert.deepEqual([await one.ended(), await two.ended()], ["committed", "committed"]);
      isOneOf(await balances(store), [
        [11, 21],
        [12, 22],
      ]);
    }),
    concurrent("G1a, aborted read: nobody sees what is rolled back", async ({ store }) => {
      await setUp(store);
      const [one, two] = [new Actor(store), new Actor(store)];
      await one.does(change("x", 101));
      await two.does(balance("x"));
      const outside = await balances(store);
      await one.rollsBack();
      await two.does(balance("x"));
      await two.commits();
      assert.deepEqual([await one.ended(), await two.ended()], ["rolled back", "committed"]);
      assert.deepEqual([...two.seen, outside, await balances(store)], [10, 10, [10, 20], [10, 20]]);
    }),
    concurrent("G1b, intermediate read: nobody sees what a transaction overwrites itself", async ({ store }) => {
      await setUp(store);
      const [one, two] = [new Actor(store), new Actor(store)];
      await one.does(change("x", 101));
      await two.does(balance("x"));
      const [outside] = await balances(store);
      await one.does(change("x", 11));
      await one.commits();
      await two.does(balance("x"));
      await two.commits();
      assert.deepEqual([await one.ended(), await two.ended()], ["committed", "committed"]);
      isOneOf(two.seen, [
        [10, 10],
        [11, 11],
      ]);
      assert.equal(outside, 10);
    }),
    behaviour("G1c, circular information flow: two transactions do not both see the other", async ({ store }) => {
      await setUp(store);
      const [one, two] = [new Actor(store), new Actor(store)];
      await one.does(change("x", 11));
      await two.does(change("y", 22));
      await one.does(balance("y"));
      await two.does(balance("x"));
      await one.commits();
      await two.commits();
      assert.deepEqual([await one.ended(), await two.ended()], ["committed", "committed"]);
      isOneOf(
        [one.seen[1], two.seen[1]],
        [
          [20, 10],
          [20, 11],
          [22, 10],
        ],
      );
    }),
    behaviour(
      "OTV, observed transaction vanishes: a reader sees all of a transaction or none of it",
      async ({ store }) => {
        await setUp(store);
        const [one, two, reader] = [new Actor(store), new Actor(store), new Actor(store, { readOnly: true })];
        await one.does(change("x", 11));
        await one.does(change("y", 19));
        await two.does(change("x", 12));
        await one.commits();
        await reader.does(balance("x"));
        await reader.does(balance("y"));
        await two.does(change("y", 18));
        await two.commits();
        await reader.does(balance("y"));
        await reader.does(balance("x"));
        await reader.commits();
        await Promise.all([one.ended(), two.ended(), reader.ended()]);
        isOneOf(reader.seen, [
          [10, 20, 20, 10],
          [11, 19, 19, 11],
          [12, 18, 18, 12],
        ]);
      },
    ),
    behaviour(
      "PMP, predicate with many preceders: one condition gives one answer in one transaction",
      async ({ store }) => {
        await setUp(store);
        const [one, two] = [new Actor(store), new Actor(store)];
        const rich = (session: Parameters<typeof findIds>[0]) =>
          findIds(session, { type: "Item", where: { rank: { gte: 25 } } });
        await one.does(rich);
        await two.does((session) => session.write([insert("Item", "z", { rank: 30 })]));
        await two.commits();
        await one.does(rich);
        await one.does(balance("x"));
        await one.commits();
        assert.deepEqual([await one.ended(), await two.ended()], ["committed", "committed"]);
        isOneOf(one.seen.slice(0, 2), [
          [[], []],
          [["z"], ["z"]],
        ]);
      },
    ),
    behaviour(
      "P4, lost update: of two that read and write one record, the second builds on the first",
      async ({ store }) => {
        await setUp(store);
        const [one, two] = [new Actor(store), new Actor(store)];
        for (const actor of [one, two]) await actor.does(balance("x"));
        await one.does(deposit("x", 1));
        await two.does(deposit("x", 2));
        await one.commits();
        await two.commits();
        assert.deepEqual([await one.ended(), await two.ended()], ["committed", "committed"]);
        assert.deepEqual(await balances(store), [13, 20]);
      },
    ),
    behaviour(
      "G-single, read skew: one transaction does not see a change in one record and not in the other",
      async ({ store }) => {
        await setUp(store);
        const [reader, writer] = [new Actor(store), new Actor(store)];
        await reader.does(balance("x"));
        await writer.does(change("x", 12));
        await writer.does(change("y", 18));
        await writer.commits();
        await reader.does(balance("y"));
        await reader.commits();
        assert.deepEqual([await reader.ended(), await writer.ended()], ["committed", "committed"]);
        isOneOf(reader.seen, [
          [10, 20],
          [12, 18],
        ]);
      },
    ),
    behaviour("G-single over conditions: counts and records in one transaction agree", async ({ store }) => {
      await setUp(store);
      const [reader, writer] = [new Actor(store), new Actor(store)];
      await reader.does((session) => session.count("Item", { rank: { gt: 15 } }));
      await writer.does((session) =>
        session.write([put("Item", "x", { rank: 16 }), insert("Item", "z", { rank: 17 })]),
      );
      await writer.commits();
      await reader.does(
        async (session) => (await findIds(session, { type: "Item", where: { rank: { gt: 15 } } })).length,
      );
      await reader.commits();
      await Promise.all([reader.ended(), writer.ended()]);
      isOneOf(reader.seen, [
        [1, 1],
        [3, 3],
      ]);
    }),
  ],
};
