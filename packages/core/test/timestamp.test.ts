import { describe, expect, test } from "vitest";
import { risingClock, timestampMicroseconds, timestampText } from "@holdfast/core";

describe("times", () => {
  test("are fixed-width UTC text with microseconds, and come back", () => {
    const microseconds = Date.UTC(2026, 10, 22, 2, 3, 4) * 1000 + 123_456;
    expect(timestampText(microseconds)).toBe("2026-11-22T02:03:04.123456Z");
    expect(timestampMicroseconds("2026-11-22T02:03:04.123456Z")).toBe(microseconds);
    expect(timestampMicroseconds("2026-11-22T02:03:04.5Z")).toBe(microseconds - 123_456 + 500_000);
  });

  test("of many seconds, in turns, each keep their own text", () => {
    const seconds = [0, 1, 64, 128, 1_795_387_654, 1_795_387_654 + 64, -64, -1];
    const wanted = seconds.map((second) => `${new Date(second * 1000).toISOString().slice(0, 19)}.000001Z`);
    for (let turn = 0; turn < 3; turn++) {
      expect(seconds.map((second) => timestampText(second * 1_000_000 + 1))).toEqual(wanted);
    }
  });

  test("that are no UTC text are refused", () => {
    for (const text of ["", "2026-11-22", "2026-11-22T02:03:04", "2026-13-22T02:03:04Z", "2026-11-22T02:03:04+01:00"]) {
      expect(timestampMicroseconds(text)).toBeUndefined();
    }
  });

  test("rise strictly, above what is stored, also when the clock stands still or steps back", () => {
    const readings = [10, 10, 5, 100];
    const clock = risingClock(() => readings.shift() ?? 0, 50);
    expect([clock(), clock(), clock(), clock(), clock()]).toEqual([51, 52, 53, 100, 101]);
  });
});
