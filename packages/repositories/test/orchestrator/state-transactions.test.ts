import type { StateStore } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { beforeEach, describe, expect, test } from "vitest";
import { existing, failureOf } from "../support.ts";
import { eachWithState, idsOf, item, items } from "./support.ts";

describe.each(storesUnderTest())("transactions on the state of an orchestrator, on $name", (target) => {
  let state: StateStore;
  eachWithState(target, (opened) => (state = opened));
  beforeEach(async () => {
    await state.startRun("run-1", "daily", {});
  });
  const listed = async (): Promise<readonly string[]> => idsOf(await state.listIntelItemsForRun("run-1"));

  test("a transaction gives what its work gives, and reads what it wrote", async () => {
    const count = await state.transaction(async (inside) => {
      await inside.startRun("run-2", "daily", {});
      await inside.upsertIntelItems(items(3, "run-2"));
      await inside.writeTelemetry("run-2", { posts: 3 });
      await inside.appendTelemetry("run-2", [{ metric: "cost", value: 1 }]);
      await inside.finishRun("run-2", "completed");
      expect(await inside.getRun("run-2")).toMatchObject({ status: "completed" });
      expect(await inside.lastTelemetry("run-2", "cost")).toMatchObject({ value: 1 });
      return (await inside.listIntelItemsForRun("run-2")).length;
    });
    expect(count).toBe(3);
    expect(await state.countIntelItems({ runId: "run-2" })).toBe(3);
  });

  test("a transaction within that fails undoes itself alone, what is before and behind it stays", async () => {
    await state.transaction(async (outer) => {
      await outer.upsertIntelItem(item("before"));
      const within = outer.transaction(async (inner) => {
        await inner.upsertIntelItem(item("within"));
        throw new Error("no");
      });
      await expect(within).rejects.toThrow("no");
      await outer.upsertIntelItem(item("behind"));
    });
    expect(await listed()).toEqual(["before", "behind"]);
  });

  test("a transaction within goes with the one around it", async () => {
    const failed = state.transaction(async (outer) => {
      await outer.transaction(async (inner) => inner.upsertIntelItem(item("within")));
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await listed()).toEqual([]);
  });

  test.each([
    ["an error", new Error("no")],
    ["a text", "no"],
    ["null", null],
  ])("whatever is thrown undoes it: %s", async (_, thrown) => {
    const failed = state.transaction(async (inside) => {
      await inside.upsertIntelItem(item("a"));
      AbortSignal.abort(thrown).throwIfAborted();
    });
    await expect(failed).rejects.toBe(thrown);
    expect(await listed()).toEqual([]);
    await state.transaction(async (inside) => inside.upsertIntelItem(item("next")));
    expect(await listed()).toEqual(["next"]);
  });

  test("an abort undoes it, and the next transaction has nothing of it", async () => {
    const aborting = new AbortController();
    const aborted = state.transaction(
      async (inside) => {
        await inside.upsertIntelItem(item("a"));
        aborting.abort();
        await inside.upsertIntelItem(item("b"));
      },
      { signal: aborting.signal },
    );
    expect((await failureOf(aborted)).code).toBe("ABORTED");
    await state.transaction(async (inside) => inside.upsertIntelItem(item("next")));
    expect(await listed()).toEqual(["next"]);
  });

  test("transactions that read and then write do not fail one another, and none is lost", async () => {
    const counting = Array.from({ length: 8 }, async () =>
      state.transaction(async (inside) => {
        const { notes } = existing(await inside.getRun("run-1"));
        await inside.finishRun("run-1", "running", String(Number(notes) + 1));
      }),
    );
    await Promise.all(counting);
    expect((await state.getRun("run-1"))?.notes).toBe("8");
  });

  test("items that are upserted side by side under one id end as one of them, and no run steals another's", async () => {
    await state.startRun("run-2", "daily", {});
    const tries = Array.from({ length: 10 }, (_, at) => state.upsertIntelItem(item("a", `run-${1 + (at % 2)}`)));
    const results = await Promise.allSettled(tries);
    const { runId, version } = existing(await state.getIntelItem("a"));
    const done = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(done.map((each) => each.runId)).toEqual(Array(5).fill(runId));
    expect(version).toBe(5);
  });

  test("the store itself is not called inside a transaction on it, nor closed", async () => {
    await state.transaction(async (inside) => {
      expect((await failureOf(state.getRun("run-1"))).code).toBe("TRANSACTION_OUTER_USE");
      expect((await failureOf(state.close())).code).toBe("TRANSACTION_OUTER_USE");
      await inside.upsertIntelItem(item("a"));
    });
    expect(await listed()).toEqual(["a"]);
  });

  test("what a transaction handed out ends with it", async () => {
    const inside = await state.transaction((handed) => Promise.resolve(handed));
    expect((await failureOf(inside.getRun("run-1"))).code).toBe("TRANSACTION_CLOSED");
  });

  test("closing lets accepted calls end", async () => {
    const written = state.upsertIntelItems(items(50));
    const closed = state.close();
    const refused = state.upsertIntelItem(item("late"));
    expect((await failureOf(refused)).code).toBe("STORE_CLOSED");
    await closed;
    expect(await written).toHaveLength(50);
  });

  test("lists of over ten thousand items are whole and in order", async () => {
    const many = items(10_001);
    await state.upsertIntelItems(many);
    await state.upsertIntelItems(many.slice(-5).map((each) => ({ ...each, title: "New" })));
    const stored = await state.listIntelItemsForRun("run-1");
    expect(idsOf(stored)).toEqual(many.map(({ itemId }) => itemId));
    expect(stored.slice(-6).map(({ title }) => title === "New")).toEqual([false, true, true, true, true, true]);
    const last = await state.listIntelItemsForRun("run-1", { order: "desc", limit: 2 });
    expect(idsOf(last)).toEqual(["run-1-item-10000", "run-1-item-9999"]);
  });
});
