import { repository, TelemetryChunk } from "@holdfast/repositories";
import type { StateStore, TelemetryPointDraft } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { beforeEach, describe, expect, test } from "vitest";
import { existing, failureOf } from "../support.ts";
import { eachWithState } from "./support.ts";

/** A point a second, from a fixed moment. */
function at(second: number): Date {
  return new Date(Date.UTC(2026, 10, 22, 12, 0, second));
}

function points(metric: string, count: number, valueOf = (second: number): number => second): TelemetryPointDraft[] {
  return Array.from({ length: count }, (_, second) => ({ metric, value: valueOf(second), at: at(second) }));
}

describe.each(storesUnderTest())("telemetry, on $name", (target) => {
  let state: StateStore;
  eachWithState(target, (opened) => (state = opened));
  beforeEach(async () => {
    await state.startRun("run-1", "daily", {});
    await state.startRun("run-2", "daily", {});
  });
  const valuesOf = async (metric: string, options = {}): Promise<readonly number[]> =>
    (await state.telemetrySeries("run-1", metric, options)).map(({ value }) => value);
  const chunkCount = async (): Promise<number> => repository(TelemetryChunk, state.session).count();

  test("a run has one document, which each write replaces", async () => {
    expect(await state.getTelemetry("run-1")).toBeUndefined();
    const first = await state.writeTelemetry("run-1", { posts: 3 });
    const second = await state.writeTelemetry("run-1", [null]);
    expect(await state.getTelemetry("run-1")).toEqual(second);
    expect(second).toMatchObject({ id: "run-1", telemetry: [null], createdAt: first.createdAt });
    expect(second.updatedAt > first.updatedAt).toBe(true);
  });

  test("telemetry of an unknown run is refused", async () => {
    expect((await failureOf(state.writeTelemetry("nowhere", {}))).code).toBe("REFERENCE_VIOLATION");
    expect((await failureOf(state.appendTelemetry("nowhere", points("cost", 1)))).code).toBe("REFERENCE_VIOLATION");
    expect(await state.telemetryMetrics("nowhere")).toEqual([]);
  });

  test("points come back by metric, in the order of their times", async () => {
    await state.appendTelemetry("run-1", [...points("cost", 3).reverse(), { metric: "posts", value: 7, at: at(1) }]);
    expect(await state.telemetrySeries("run-1", "cost")).toEqual(
      [0, 1, 2].map((second) => ({
        metric: "cost",
        value: second,
        at: at(second).toISOString().replace("000Z", "000000Z"),
      })),
    );
    expect(await valuesOf("posts")).toEqual([7]);
    expect(await valuesOf("nothing")).toEqual([]);
    expect(await state.telemetryMetrics("run-1")).toEqual(["cost", "posts"]);
    expect(await state.telemetryMetrics("run-2")).toEqual([]);
  });

  test("a range of time takes both its ends", async () => {
    await state.appendTelemetry("run-1", points("cost", 10));
    expect(await valuesOf("cost", { from: at(3), to: at(5) })).toEqual([3, 4, 5]);
    expect(await valuesOf("cost", { from: "2026-11-22T12:00:08.000001Z" })).toEqual([9]);
    expect(await valuesOf("cost", { to: at(1) })).toEqual([0, 1]);
    expect(await valuesOf("cost", { from: at(5), to: at(4) })).toEqual([]);
  });

  test("a long batch is kept whole, in few records, and read in any range", async () => {
    await state.appendTelemetry("run-1", points("cost", 2_600));
    expect(await chunkCount()).toBe(6);
    expect(await valuesOf("cost")).toEqual(points("cost", 2_600).map(({ value }) => value));
    expect(await valuesOf("cost", { from: at(499), to: at(501) })).toEqual([499, 500, 501]);
  });

  test("points that come one by one share records", async () => {
    for (const point of points("cost", 70)) await state.appendTelemetry("run-1", [point]);
    expect(await valuesOf("cost")).toEqual(points("cost", 70).map(({ value }) => value));
    expect(await chunkCount()).toBe(2);
  });

  test("late points find their place, and equal times are kept in the order in which they came", async () => {
    await state.appendTelemetry("run-1", points("cost", 70));
    await state.appendTelemetry("run-1", [
      { metric: "cost", value: -1, at: at(3) },
      { metric: "cost", value: -2, at: at(3) },
    ]);
    expect((await valuesOf("cost")).slice(2, 7)).toEqual([2, 3, -1, -2, 4]);
    await state.appendTelemetry("run-1", [{ metric: "cost", value: -3, at: at(69) }]);
    expect(await state.lastTelemetry("run-1", "cost")).toMatchObject({ value: -3 });
    expect((await valuesOf("cost")).at(-1)).toBe(-3);
  });

  test("the last value is that of the latest time, whenever it came", async () => {
    expect(await state.lastTelemetry("run-1", "cost")).toBeUndefined();
    await state.appendTelemetry("run-1", points("cost", 100));
    await state.appendTelemetry("run-1", points("cost", 20));
    expect(await state.lastTelemetry("run-1", "cost")).toMatchObject({ metric: "cost", value: 99 });
  });

  test("a batch is appended as a whole or not at all", async () => {
    const torn = [...points("cost", 3), { metric: "cost", value: Number.NaN }];
    expect(await failureOf(state.appendTelemetry("run-1", torn))).toMatchObject({
      code: "UNSERIALIZABLE_VALUE",
      details: { path: [3, "value"] },
    });
    const dated = [...points("cost", 3), { metric: "cost", value: 1, at: "yesterday" }];
    expect(await failureOf(state.appendTelemetry("run-1", dated))).toMatchObject({
      code: "INVALID_ENTITY",
      details: { path: [3, "at"] },
    });
    // @ts-expect-error: callers without types hand in anything.
    expect((await failureOf(state.appendTelemetry("run-1", { metric: "cost", value: 1 }))).code).toBe("INVALID_ENTITY");
    await state.appendTelemetry("run-1", []);
    expect(await state.telemetryMetrics("run-1")).toEqual([]);
  });

  test("what a transaction that failed appended is gone, and what comes later is kept", async () => {
    const failed = state.transaction(async (inside) => {
      await inside.appendTelemetry("run-1", points("cost", 2));
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    await state.appendTelemetry("run-1", points("cost", 1));
    expect(await valuesOf("cost")).toEqual([0]);
  });

  test("many writers of one series lose nothing", async () => {
    const writers = Array.from({ length: 5 }, async (_, writer) => {
      for (let second = 0; second < 10; second++) {
        await state.appendTelemetry("run-1", [{ metric: "cost", value: writer * 10 + second, at: at(second) }]);
      }
    });
    await Promise.all(writers);
    const values = [...(await valuesOf("cost"))].sort((one, other) => one - other);
    expect(values).toEqual(Array.from({ length: 50 }, (_, each) => each));
  });

  test("a down-sampled series has its ends and its peaks", async () => {
    const spiky = points("cost", 1_000, (second) => (second === 617 ? 99 : second === 618 ? -99 : Math.sin(second)));
    await state.appendTelemetry("run-1", spiky);
    const shown = await state.telemetrySeries("run-1", "cost", { points: 20 });
    expect(shown.length).toBeLessThanOrEqual(20);
    expect(shown.map(({ value }) => value)).toEqual(expect.arrayContaining([99, -99]));
    const all = await state.telemetrySeries("run-1", "cost");
    expect([shown[0], shown.at(-1)]).toEqual([all[0], all.at(-1)]);
    expect((await failureOf(state.telemetrySeries("run-1", "cost", { points: 1 }))).code).toBe("INVALID_QUERY");
  });

  test("pruning keeps the newest, or those from a time on, and tells how many went", async () => {
    await state.appendTelemetry("run-1", [...points("cost", 700), ...points("posts", 5)]);
    await state.appendTelemetry("run-2", points("cost", 5));
    expect(await state.pruneTelemetry("run-1", {})).toBe(0);
    expect(await state.pruneTelemetry("run-1", { newest: 100 })).toBe(600);
    expect((await valuesOf("cost"))[0]).toBe(600);
    expect(await valuesOf("posts")).toHaveLength(5);
    expect(await state.pruneTelemetry("run-1", { metric: "cost", before: at(690) })).toBe(90);
    expect(await valuesOf("cost")).toEqual([690, 691, 692, 693, 694, 695, 696, 697, 698, 699]);
    expect(await state.pruneTelemetry("run-1", { newest: 0 })).toBe(15);
    expect(await state.telemetryMetrics("run-1")).toEqual([]);
    expect(await state.telemetrySeries("run-2", "cost")).toHaveLength(5);
    expect((await failureOf(state.pruneTelemetry("run-1", { newest: -1 }))).code).toBe("INVALID_QUERY");
  });

  test("telemetry goes with its run", async () => {
    await state.writeTelemetry("run-1", {});
    await state.appendTelemetry("run-1", points("cost", 3));
    await state.deleteRun("run-1");
    expect(await state.getTelemetry("run-1")).toBeUndefined();
    expect(await chunkCount()).toBe(0);
  });

  test("a metric is named in at most 512 bytes", async () => {
    await state.appendTelemetry("run-1", points("m".repeat(512), 1));
    const long = state.appendTelemetry("run-1", points("m".repeat(513), 1));
    expect((await failureOf(long)).code).toBe("INDEX_VALUE_TOO_LARGE");
    expect(await state.telemetryMetrics("run-1")).toEqual(["m".repeat(512)]);
  });

  test("a time of no day and month is refused", async () => {
    const error = await failureOf(state.telemetrySeries("run-1", "cost", { from: new Date("x") }));
    expect(existing(error.details["path"])).toEqual(["from"]);
  });
});
