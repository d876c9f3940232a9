/** What the state store of the original system promised and tested, one test for each of its own. */
import { DatabaseSync } from "node:sqlite";

import { openStateStore, orchestratorModel } from "@holdfast/repositories";
import type { StateStore } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { failureOf } from "../support.ts";
import { eachWithState, idsOf, item, items } from "./support.ts";

describe.each(storesUnderTest())("the state store of the original system, on $name", (target) => {
  let state: StateStore;
  eachWithState(target, (opened) => (state = opened));
  beforeEach(async () => {
    await state.startRun("run-1", "test", { brand_name: "Acme", weights: { impact: 25, timeliness: 20 } });
  });

  test("a batch of ten items comes back, in its order", async () => {
    await state.upsertIntelItems(items(10));
    expect(idsOf(await state.listIntelItemsForRun("run-1"))).toEqual(items(10).map(({ itemId }) => itemId));
  });

  test("an empty batch is no error", async () => {
    expect(await state.upsertIntelItems([])).toEqual([]);
  });

  test("the lists, objects and texts within an item come back as they were", async () => {
    const held = {
      claims: ["Sales rose", { by: 3 }],
      evidence: [{ url: "https://example.org", trust: 0.5 }],
      scores: { impact: 80, timeliness: 60.5 },
      riskFlags: ["legal", null],
      explainability: [{ rule: "must_cover", why: "€ ≥ 75" }],
    };
    await state.upsertIntelItem({ ...item("a"), ...held });
    expect(await state.listIntelItemsForRun("run-1")).toMatchObject([held]);
  });

  test("a batch of five items that are stored changes five, and does not make ten", async () => {
    await state.upsertIntelItems(items(5));
    await state.upsertIntelItems(items(5).map((each) => ({ ...each, title: "New", decision: "promote" })));
    const stored = await state.listIntelItemsForRun("run-1");
    expect(stored.map(({ title, decision }) => [title, decision])).toEqual(Array(5).fill(["New", "promote"]));
  });

  test("a list of a hundred items is one read", async () => {
    await state.upsertIntelItems(items(100));
    const read = vi.spyOn(state.store, "find");
    expect(await state.listIntelItemsForRun("run-1")).toHaveLength(100);
    expect(read).toHaveBeenCalledTimes(1);
  });

  test("both items of a transaction are there, in their order", async () => {
    await state.transaction(async (inside) => {
      await inside.upsertIntelItem(item("b"));
      await inside.upsertIntelItem(item("a"));
    });
    expect(idsOf(await state.listIntelItemsForRun("run-1"))).toEqual(["b", "a"]);
  });

  test("of a transaction that fails nothing is there, and what was there before stays", async () => {
    await state.upsertIntelItem(item("before"));
    const failed = state.transaction(async (inside) => {
      await inside.upsertIntelItem(item("a"));
      throw new RangeError("no");
    });
    await expect(failed).rejects.toThrow(RangeError);
    expect(idsOf(await state.listIntelItemsForRun("run-1"))).toEqual(["before"]);
  });

  test("an item that fails in a transaction leaves none of it", async () => {
    const failed = state.transaction(async (inside) => {
      for (const each of items(4)) await inside.upsertIntelItem(each);
      await inside.upsertIntelItem(item("astray", "nowhere"));
    });
    expect((await failureOf(failed)).code).toBe("REFERENCE_VIOLATION");
    expect(await state.listIntelItemsForRun("run-1")).toEqual([]);
  });

  test("three writers with five items each lose none", async () => {
    const writers = [0, 1, 2].map(async (writer) => {
      for (let at = 0; at < 5; at++) await state.upsertIntelItem(item(`${writer}-${at}`));
    });
    await Promise.all(writers);
    expect(await state.listIntelItemsForRun("run-1")).toHaveLength(15);
  });

  test("five workers with ten items each, in transactions of their own, lose none", async () => {
    const workers = [0, 1, 2, 3, 4].map(async (worker) =>
      state.transaction(async (inside) => {
        for (let at = 0; at < 10; at++) await inside.upsertIntelItem(item(`${worker}-${at}`));
      }),
    );
    await Promise.all(workers);
    expect(new Set(idsOf(await state.listIntelItemsForRun("run-1"))).size).toBe(50);
  });

  test("the settings of a run come back as they were, and are no one else's to change", async () => {
    const settings = { brand: { pillars: ["craft"] } };
    const run = await state.startRun("run-2", "test", settings);
    settings.brand.pillars.push("speed");
    expect((await state.getRun("run-2"))?.settingsSnapshot).toEqual({ brand: { pillars: ["craft"] } });
    expect(run.settingsSnapshot).toEqual({ brand: { pillars: ["craft"] } });
  });
});

describe.each(storesUnderTest())("opening and closing the state store, on $name", (target) => {
  test("what was written in the block of a store is there in the next, and a run without items has none", async () => {
    const url = await target.freshUrl();
    {
      await using state = await openStateStore(url);
      await state.startRun("run-1", "daily", {});
    }
    await using again = await openStateStore(url);
    // What is in memory goes with its store.
    expect(idsOf(await again.listRuns())).toEqual(target.reopen === undefined ? [] : ["run-1"]);
    expect(await again.listIntelItemsForRun("run-1")).toEqual([]);
  });

  test("a store is opened, used and closed by hand, and closed again", async () => {
    const state = await openStateStore(await target.freshUrl());
    await state.startRun("run-1", "daily", {});
    await state.close();
    await state.close();
    expect((await failureOf(state.getRun("run-1"))).code).toBe("STORE_CLOSED");
    expect((await failureOf(state.transaction(async (inside) => inside.getRun("run-1")))).code).toBe("STORE_CLOSED");
  });

  test("all who share a store read what each of them wrote, and one close ends it for all", async () => {
    const store = await target.open({ model: orchestratorModel });
    const [one, other] = [await openStateStore(store), await openStateStore(store)];
    await one.startRun("run-1", "daily", {});
    expect(await other.getRun("run-1")).toMatchObject({ id: "run-1" });
    await store.close();
    for (const each of [one, other]) expect((await failureOf(each.getRun("run-1"))).code).toBe("STORE_CLOSED");
  });
});

describe.each(storesUnderTest().filter(({ name }) => name === "sqlite"))(
  "the tables of a state, on $name",
  (target) => {
    test("items of a run are listed along an index, in their order", async () => {
      const url = await target.freshUrl();
      await using state = await openStateStore(url);
      await state.startRun("run-1", "daily", {});
      await state.upsertIntelItems(items(300));
      using database = new DatabaseSync(url.slice("sqlite:".length), { readOnly: true });
      const plan = database
        .prepare(
          `explain query plan select * from "IntelItem" where _tenant = 'default' and "runId" = 'run-1' order by _created, _id`,
        )
        .all();
      expect(plan.map(({ detail }) => detail)).toEqual([
        `SEARCH IntelItem USING INDEX IntelItem.runId._created._id.index (_tenant=? AND runId=?)`,
      ]);
    });
  },
);
