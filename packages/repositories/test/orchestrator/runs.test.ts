import { HoldfastError } from "@holdfast/core";
import type { StateStore } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { failureOf } from "../support.ts";
import { eachWithState, idsOf, item } from "./support.ts";

describe.each(storesUnderTest())("the runs of an orchestrator, on $name", (target) => {
  let state: StateStore;
  eachWithState(target, (opened) => (state = opened));

  test("a run that is started runs, with its settings, and nothing else is known of it", async () => {
    const run = await state.startRun("run-1", "daily", { brand: "Acme", weights: { impact: 25 } });
    expect(run).toMatchObject({
      id: "run-1",
      runType: "daily",
      status: "running",
      settingsSnapshot: { brand: "Acme", weights: { impact: 25 } },
      finishedAt: null,
      notes: null,
    });
    expect(run.startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(await state.getRun("run-1")).toEqual(run);
  });

  test("a run without an id of its own is given one", async () => {
    const run = await state.startRun({ runType: "weekly", settingsSnapshot: null });
    expect(await state.getRun(run.id)).toEqual(run);
  });

  test("settings are any JSON", async () => {
    for (const [at, settings] of [null, 5, "text", [1, [2]], {}].entries()) {
      await state.startRun(`run-${at}`, "test", settings);
      expect((await state.getRun(`run-${at}`))?.settingsSnapshot).toEqual(settings);
    }
  });

  test("a run is started once", async () => {
    await state.startRun("run-1", "daily", {});
    expect((await failureOf(state.startRun("run-1", "weekly", {}))).code).toBe("ALREADY_EXISTS");
    expect((await state.getRun("run-1"))?.runType).toBe("daily");
  });

  test("settings that are not JSON are refused, and no run is started", async () => {
    expect((await failureOf(state.startRun("run-1", "daily", { share: Number.NaN }))).code).toBe(
      "UNSERIALIZABLE_VALUE",
    );
    expect(await state.getRun("run-1")).toBeUndefined();
  });

  test("finishing tells status, notes and time, and the last time counts", async () => {
    await state.startRun("run-1", "daily", {});
    const failed = await state.finishRun("run-1", "failed", "no network");
    expect(failed).toMatchObject({ status: "failed", notes: "no network" });
    expect(failed.finishedAt).toBeTypeOf("string");
    expect(await state.finishRun("run-1", "completed")).toMatchObject({ status: "completed", notes: null, version: 3 });
  });

  test("finishing an unknown run is an error", async () => {
    const error = await failureOf(state.finishRun("nowhere", "completed"));
    expect(error).toMatchObject({ code: "NOT_FOUND", details: { type: "Run", id: "nowhere" } });
  });

  test("runs are listed in the order of their start, and narrowed by status, type and time", async () => {
    for (const id of ["c", "a", "b"]) await state.startRun(id, id === "a" ? "weekly" : "daily", {});
    const { createdAt } = (await state.getRun("a")) ?? {};
    await state.finishRun("c", "completed");
    expect(idsOf(await state.listRuns())).toEqual(["c", "a", "b"]);
    expect(idsOf(await state.listRuns({ order: "desc", limit: 2 }))).toEqual(["b", "a"]);
    expect(idsOf(await state.listRuns({ status: "running" }))).toEqual(["a", "b"]);
    expect(idsOf(await state.listRuns({ runType: "daily", status: "completed" }))).toEqual(["c"]);
    expect(idsOf(await state.listRuns({ since: createdAt }))).toEqual(["a", "b"]);
    expect(idsOf(await state.listRuns({ until: createdAt }))).toEqual(["c"]);
    expect(await state.countRuns({ status: "running" })).toBe(2);
    const page = await state.findRuns({ limit: 2 });
    expect(idsOf(page.items)).toEqual(["c", "a"]);
    expect(idsOf((await state.findRuns({ limit: 2, after: page.next })).items)).toEqual(["b"]);
  });

  test("a run that is deleted takes its items along, and no other's", async () => {
    await state.startRun("run-1", "daily", {});
    await state.startRun("run-2", "daily", {});
    await state.upsertIntelItems([item("a", "run-1"), item("b", "run-2")]);
    expect(await state.deleteRun("run-1")).toBe(true);
    expect(await state.deleteRun("run-1")).toBe(false);
    expect(await state.getIntelItems(["a", "b"])).toMatchObject([undefined, { id: "b" }]);
  });

  test("a run without a type, settings or status is told so", async () => {
    // @ts-expect-error: callers without types hand in anything.
    const error = await failureOf(state.startRun("run-1", "daily"));
    expect(error.code).toBe("INVALID_ENTITY");
    expect(HoldfastError.is(error) && error.message).toContain("settingsSnapshot");
    await state.startRun("run-1", "daily", {});
    // @ts-expect-error: callers without types hand in anything.
    expect((await failureOf(state.finishRun("run-1", null))).details["path"]).toEqual(["status"]);
  });
});
