import { telemetryRecorder } from "@holdfast/repositories";
import type { StateStore } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { failureOf } from "../support.ts";
import { eachWithState } from "./support.ts";

/** A second a reading. */
function clock(): { now: () => number } {
  let now = 1_700_000_000_000_000;
  return { now: () => (now += 1_000_000) };
}

describe("a telemetry recorder", () => {
  test("begins empty", () => {
    expect(telemetryRecorder().getMetrics()).toEqual({});
  });

  test("keeps a metric with its value and time", () => {
    const recorder = telemetryRecorder({ stamps: clock() });
    recorder.recordMetric("posts", 3);
    expect(recorder.getMetrics()).toEqual({ posts: { value: 3, timestamp: 1_700_000_001 } });
  });

  test("keeps several metrics, of any JSON", () => {
    const recorder = telemetryRecorder();
    recorder.recordMetric("posts", 3);
    recorder.recordMetric("model", { name: "large" });
    expect(recorder.getMetrics()).toMatchObject({ posts: { value: 3 }, model: { value: { name: "large" } } });
  });

  test("keeps one value a metric, the latest with its time, as the newest metric", () => {
    const recorder = telemetryRecorder({ capacity: 2, stamps: clock() });
    for (const [name, value] of Object.entries({ a: 1, b: 2 })) recorder.recordMetric(name, value);
    recorder.recordMetric("a", 3);
    expect(recorder.getMetrics()["a"]).toEqual({ value: 3, timestamp: 1_700_000_003 });
    recorder.recordMetric("c", 4);
    expect(Object.keys(recorder.getMetrics())).toEqual(["a", "c"]);
  });

  test("of more metrics than its capacity the newest stay", () => {
    const recorder = telemetryRecorder({ capacity: 100 });
    for (let at = 0; at < 150; at++) recorder.recordMetric(`metric-${at}`, at);
    const names = Object.keys(recorder.getMetrics());
    expect([names.length, names[0], names.at(-1)]).toEqual([100, "metric-50", "metric-149"]);
  });

  test("evicts the oldest at its capacity", () => {
    const recorder = telemetryRecorder({ capacity: 3 });
    for (const name of ["a", "b", "c", "d"]) recorder.recordMetric(name, 1);
    expect(Object.keys(recorder.getMetrics())).toEqual(["b", "c", "d"]);
  });

  test("is empty again once it is cleared", () => {
    const recorder = telemetryRecorder();
    recorder.recordMetric("posts", 3);
    recorder.clearMetrics();
    expect(recorder.getMetrics()).toEqual({});
  });

  test("gives copies", () => {
    const recorder = telemetryRecorder();
    const before = recorder.getMetrics();
    recorder.recordMetric("posts", 3);
    expect(before).toEqual({});
  });

  test("refuses what no store can keep, at once", () => {
    expect(() => telemetryRecorder().recordMetric("posts", Number.NaN)).toThrow('"posts"');
    expect(() => telemetryRecorder({ capacity: 0 })).toThrow("capacity");
  });
});

describe.each(storesUnderTest())("a telemetry recorder that is saved, on $name", (target) => {
  let state: StateStore;
  eachWithState(target, (opened) => (state = opened));

  test("writes its latest values as the document and all numbers as series", async () => {
    await state.startRun("run-1", "daily", {});
    const recorder = telemetryRecorder({ stamps: clock() });
    for (const cost of [1, 2, 3]) recorder.recordMetric("cost", cost);
    recorder.recordMetric("model", "large");
    await recorder.save(state, "run-1");
    recorder.recordMetric("cost", 4);
    await recorder.save(state, "run-1");
    expect((await state.getTelemetry("run-1"))?.telemetry).toEqual({
      model: { value: "large", timestamp: 1_700_000_004 },
      cost: { value: 4, timestamp: 1_700_000_005 },
    });
    expect((await state.telemetrySeries("run-1", "cost")).map(({ value }) => value)).toEqual([1, 2, 3, 4]);
    expect(await state.telemetryMetrics("run-1")).toEqual(["cost"]);
  });

  test("loses nothing when saving fails", async () => {
    const recorder = telemetryRecorder();
    recorder.recordMetric("cost", 1);
    expect((await failureOf(recorder.save(state, "run-1"))).code).toBe("REFERENCE_VIOLATION");
    recorder.recordMetric("cost", 2);
    await state.startRun("run-1", "daily", {});
    await recorder.save(state, "run-1");
    expect((await state.telemetrySeries("run-1", "cost")).map(({ value }) => value)).toEqual([1, 2]);
  });
});
