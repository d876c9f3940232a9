import { HoldfastError } from "@holdfast/core";
import { describe, expect, test } from "vitest";

import { historyText, mergeHistories, operationsOf, parseHistory } from "../src/history.ts";
import type { HistoryEvent } from "../src/history.ts";
import { Recorder } from "../src/recorder.ts";

function recorderOf(client: number) {
  const events: HistoryEvent[] = [];
  const write = (event: HistoryEvent): void => void events.push(event);
  return { events, recorder: new Recorder(client, { write, origin: process.hrtime.bigint(), stride: 10 }) };
}

function failing(outcome: "none" | "applied" | "unknown") {
  return () => Promise.reject(new HoldfastError("no", { code: "STORE_UNAVAILABLE", outcome }));
}

function brief({ process: name, type, value, error }: HistoryEvent) {
  return error === undefined ? [name, type, value] : [name, type, value, error];
}

describe("a recorder", () => {
  test("writes what was asked at once, and then what was answered", async () => {
    const { events, recorder } = recorderOf(3);
    await recorder.record("read", [0, null], () => {
      expect(events.map(brief)).toEqual([[3, "invoke", [0, null]]]);
      return Promise.resolve([0, 7]);
    });
    expect(events.map(brief).slice(1)).toEqual([[3, "ok", [0, 7]]]);
  });

  test("writes a fail where nothing was done, and goes on as the same process", async () => {
    const { events, recorder } = recorderOf(3);
    await recorder.record("cas", 1, () => Promise.resolve(undefined));
    await recorder.record("cas", 2, failing("none"));
    expect(events.map(brief)).toEqual([
      [3, "invoke", 1],
      [3, "fail", 1],
      [3, "invoke", 2],
      [3, "fail", 2, "STORE_UNAVAILABLE"],
    ]);
  });

  test.each(["unknown", "applied"] as const)(
    "writes an info where the outcome is %s, and goes on as another process",
    async (outcome) => {
      const { events, recorder } = recorderOf(3);
      await recorder.record("write", 1, failing(outcome));
      await recorder.record("read", 2, () => Promise.resolve(2));
      expect(events.map(({ process: name, type }) => [name, type])).toEqual([
        [3, "invoke"],
        [3, "info"],
        [13, "invoke"],
        [13, "ok"],
      ]);
    },
  );

  test("throws on what is no failure of the store's", async () => {
    const { recorder } = recorderOf(3);
    const slip = new TypeError("a slip of the pen");
    await expect(recorder.record("read", 1, () => Promise.reject(slip))).rejects.toBe(slip);
  });

  test("gives times that rise strictly", async () => {
    const { events, recorder } = recorderOf(3);
    for (let at = 0; at < 100; at++) await recorder.record("read", at, () => Promise.resolve(at));
    const times = events.map(({ time }) => time);
    expect(times.every((time, at) => at === 0 || time > (times[at - 1] ?? Infinity))).toBe(true);
  });
});

describe("a history", () => {
  const event = (name: number, type: HistoryEvent["type"], time: number): HistoryEvent => ({
    process: name,
    type,
    f: "read",
    value: time,
    time,
  });

  test("comes back from its text, without the header", () => {
    const events = [event(0, "invoke", 1), event(0, "ok", 2)];
    const text = historyText({ history: 1, workload: "register", store: "memory", seed: 7 }, events);
    expect(text.split("\n")).toHaveLength(4);
    expect(parseHistory(text)).toEqual(events);
  });

  test("of several processes is merged by time, and what was asked at the same moment comes first", () => {
    const merged = mergeHistories([
      [event(0, "invoke", 1), event(0, "ok", 5)],
      [event(1, "invoke", 5), event(1, "ok", 9)],
    ]);
    expect(merged.map(({ process: name, type }) => [name, type])).toEqual([
      [0, "invoke"],
      [1, "invoke"],
      [0, "ok"],
      [1, "ok"],
    ]);
  });

  test("gives its operations from first to last; what never ended is unknown and has no end", () => {
    const operations = operationsOf([event(0, "invoke", 1), event(1, "invoke", 2), event(1, "fail", 3)]);
    expect(operations).toMatchObject([
      { process: 0, outcome: "info", asked: 1, from: 0, to: Infinity },
      { process: 1, outcome: "fail", asked: 2, from: 1, to: 2 },
    ]);
  });

  test("in which a process asks twice, or is answered unasked, is refused", () => {
    expect(() => operationsOf([event(0, "invoke", 1), event(0, "invoke", 2)])).toThrow("before it was answered");
    expect(() => operationsOf([event(0, "ok", 1)])).toThrow("had not asked");
  });
});
