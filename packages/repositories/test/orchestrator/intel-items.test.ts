import type { StateStore } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { existing, failureOf } from "../support.ts";
import { eachWithState, idsOf, item, items } from "./support.ts";

describe.each(storesUnderTest())("the items of an orchestrator, on $name", (target) => {
  let state: StateStore;
  eachWithState(target, (opened) => (state = opened));
  beforeEach(async () => {
    await state.startRun("run-1", "daily", {});
    await state.startRun("run-2", "daily", {});
  });

  test("a short item has empty lists and no decision", async () => {
    expect(await state.upsertIntelItem(item("a"))).toMatchObject({
      id: "a",
      runId: "run-1",
      claims: [],
      evidence: [],
      scores: {},
      riskFlags: [],
      explainability: [],
      decision: null,
      decisionReason: null,
    });
  });

  test("an explicit null is kept, and what is left out takes its default again", async () => {
    await state.upsertIntelItem({ ...item("a"), claims: null, scores: { impact: 3 }, decision: "promote" });
    expect(await state.getIntelItem("a")).toMatchObject({ claims: null, scores: { impact: 3 }, decision: "promote" });
    await state.upsertIntelItem(item("a"));
    expect(await state.getIntelItem("a")).toMatchObject({ claims: [], scores: {}, decision: null });
  });

  test("an upsert keeps the time of creation and the place in the order", async () => {
    const [first] = await state.upsertIntelItems([item("b"), item("a")]);
    const after = await state.upsertIntelItem({ ...item("b"), title: "Other" });
    expect(after).toMatchObject({ title: "Other", createdAt: first?.createdAt, version: 2 });
    expect(idsOf(await state.listIntelItemsForRun("run-1"))).toEqual(["b", "a"]);
  });

  test("an item of an unknown run is refused, and so is its batch", async () => {
    const batch = state.upsertIntelItems([item("a"), item("b", "nowhere")]);
    expect((await failureOf(batch)).code).toBe("REFERENCE_VIOLATION");
    expect(await state.countIntelItems()).toBe(0);
  });

  test("an item that does not fit leaves nothing of its batch", async () => {
    // @ts-expect-error: callers without types hand in anything.
    const batch = state.upsertIntelItems([...items(20), { ...item("x"), title: null }, item("y")]);
    expect(await failureOf(batch)).toMatchObject({ code: "INVALID_ENTITY", details: { id: "x", path: ["title"] } });
    expect(await state.countIntelItems()).toBe(0);
  });

  test("an item of another run is refused, moved or kept there, as is asked for", async () => {
    await state.upsertIntelItem({ ...item("a", "run-1"), title: "Old" });
    const given = { ...item("a", "run-2"), title: "New", itemType: "post" };
    const error = await failureOf(state.upsertIntelItem(given));
    expect(error).toMatchObject({ code: "ALREADY_EXISTS", details: { id: "a", given: "run-2", stored: "run-1" } });
    expect(await state.getIntelItem("a")).toMatchObject({ title: "Old", runId: "run-1" });
    expect(await state.upsertIntelItem(given, { onOtherRun: "keep" })).toMatchObject({
      title: "New",
      runId: "run-1",
      itemType: "news",
    });
    expect(await state.upsertIntelItem(given, { onOtherRun: "move" })).toMatchObject({
      runId: "run-2",
      itemType: "post",
    });
    expect(await state.listIntelItemsForRun("run-1")).toEqual([]);
    expect(idsOf(await state.listIntelItemsForRun("run-2"))).toEqual(["a"]);
  });

  test("of an item that stands in a batch twice the last content counts, in the first place", async () => {
    const stored = await state.upsertIntelItems([item("a"), item("b"), { ...item("a"), title: "Last" }]);
    expect(stored.map(({ id, title }) => [id, title])).toEqual([
      ["a", "Last"],
      ["b", "Title of b"],
      ["a", "Last"],
    ]);
    expect(idsOf(await state.listIntelItemsForRun("run-1"))).toEqual(["a", "b"]);
    const torn = state.upsertIntelItems([item("c", "run-1"), item("c", "run-2")]);
    expect((await failureOf(torn)).code).toBe("ALREADY_EXISTS");
  });

  test("an item as it was read is replaced only if nobody wrote it since", async () => {
    const read = await state.upsertIntelItem(item("a"));
    await state.upsertIntelItem({ ...read, decision: "promote" });
    expect(await failureOf(state.upsertIntelItem({ ...read, decision: "block" }))).toMatchObject({
      code: "CONFLICT",
      details: { expected: 1, current: 2 },
    });
    await state.deleteIntelItem("a");
    expect((await failureOf(state.upsertIntelItem(read))).code).toBe("CONFLICT");
  });

  test("items are counted by decision, of one run or of all", async () => {
    const decided = items(5).map((each, at) => ({ ...each, decision: at < 3 ? "promote" : "block" }));
    await state.upsertIntelItems([...decided, item("other", "run-2")]);
    expect(await state.countByDecision("run-1")).toEqual(
      new Map([
        ["promote", 3],
        ["block", 2],
      ]),
    );
    expect([...(await state.countByDecision()).keys()]).toEqual([null, "block", "promote"]);
    expect(await state.countByDecision("nowhere")).toEqual(new Map());
    expect(await state.countIntelItems({ runId: "run-1", decision: "block" })).toBe(2);
    expect(idsOf((await state.findIntelItems({ decision: null })).items)).toEqual(["other"]);
  });

  test("an upsert moves the time of the change, and leaves that of the creation", async () => {
    const first = await state.upsertIntelItem(item("a"));
    const second = await state.upsertIntelItem(item("a"));
    expect([second.createdAt, second.updatedAt > first.updatedAt]).toEqual([first.createdAt, true]);
  });

  test("NaN and Infinity are refused, with the place where they stand", async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const error = await failureOf(state.upsertIntelItem({ ...item("a"), scores: { impact: value } }));
      expect(error).toMatchObject({ code: "UNSERIALIZABLE_VALUE", details: { path: ["scores", "impact"] } });
    }
    expect(await state.countIntelItems()).toBe(0);
  });

  test("a long list is as of one moment, whatever is written while it is read", async () => {
    const many = items(1_100);
    await state.upsertIntelItems(many);
    const find = state.store.find.bind(state.store);
    vi.spyOn(state.store, "find").mockImplementationOnce(async (query) => {
      const page = await find(query);
      await state.upsertIntelItems(many.map((each) => ({ ...each, title: "New" })));
      return page;
    });
    const titles = (await state.listIntelItemsForRun("run-1")).map(({ title }) => title);
    expect(titles).toEqual(many.map(() => "New"));
  });

  test("a slip in a field's name is told", async () => {
    const { itemId, ...rest } = item("a");
    const noId = { ...rest };
    // @ts-expect-error: callers without types hand in anything.
    expect((await failureOf(state.upsertIntelItem(noId))).message).toContain("itemId");
    // @ts-expect-error: callers without types hand in anything.
    expect((await failureOf(state.upsertIntelItem({ ...rest, id: "b", itemId }))).code).toBe("INVALID_ID");
    for (const nothing of [null, "a", [item("a")]]) {
      // @ts-expect-error: callers without types hand in anything.
      expect((await failureOf(state.upsertIntelItem(nothing))).code).toBe("INVALID_ENTITY");
    }
    // @ts-expect-error: callers without types hand in anything.
    expect((await failureOf(state.upsertIntelItems(item("a")))).code).toBe("INVALID_ENTITY");
    // @ts-expect-error: callers without types hand in anything.
    expect((await failureOf(state.upsertIntelItem(item("a"), { onOtherRun: "mvoe" }))).code).toBe("INVALID_CONFIG");
    const former = { ...item("a"), risk_flags: ["x"] };
    expect((await failureOf(state.upsertIntelItem(former))).message).toContain("riskFlags");
  });

  test("what was handed in may be changed at once", async () => {
    const claims = ["one"];
    const draft = { ...item("a"), claims };
    const written = state.upsertIntelItems([draft]);
    claims.push("two");
    await written;
    expect(existing(await state.getIntelItem("a")).claims).toEqual(["one"]);
  });
});
