import type { openStateStore, IntelItem, IntelItemDraft, Run, StateSession, StateStore } from "@holdfast/repositories";
import { expectTypeOf, test } from "vitest";

declare const state: StateStore;

test("an item is handed in under one of the names of its id, or as it was read", () => {
  const item = { runId: "r", itemType: "news", title: "t", summary: "s" };
  expectTypeOf({ ...item, itemId: "a" }).toExtend<IntelItemDraft>();
  expectTypeOf({ ...item, id: "a" }).toExtend<IntelItemDraft>();
  expectTypeOf<IntelItem>().toExtend<IntelItemDraft>();
  expectTypeOf(item).not.toExtend<IntelItemDraft>();
  expectTypeOf({ ...item, id: "a", itemId: "a" }).not.toExtend<IntelItemDraft>();
  expectTypeOf({ ...item, id: "a", scores: new Date() }).not.toExtend<IntelItemDraft>();
});

test("a run is started with three values, or with an object that may go without an id", () => {
  expectTypeOf(state.startRun("r", "daily", { a: [1, null] })).resolves.toEqualTypeOf<Run>();
  expectTypeOf(state.startRun({ runType: "daily", settingsSnapshot: null })).resolves.toEqualTypeOf<Run>();
  // @ts-expect-error: a run has settings.
  void state.startRun("r", "daily");
});

test("a transaction hands out the same state, and gives what its work gives", () => {
  expectTypeOf(state.transaction(async (inside) => inside.listRuns())).resolves.toEqualTypeOf<readonly Run[]>();
  expectTypeOf<StateStore>().toExtend<StateSession>();
  expectTypeOf<typeof openStateStore>().returns.resolves.toEqualTypeOf<StateStore>();
});
