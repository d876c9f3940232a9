import { describe, expect, test } from "vitest";

import { microsecondClock } from "../src/microsecond-clock.ts";

/** Two clocks of one time in milliseconds: the one tells no fractions and may be set, the other began at another moment. */
function clocksAt(start: number, began: number) {
  const time = { passed: 0, setBy: 0 };
  const read = microsecondClock({
    wall: () => Math.floor(start + time.passed + time.setBy),
    even: () => began + time.passed,
  });
  return { time, read };
}

const noon = 1_800_000_000_000;

describe("a clock of microseconds", () => {
  test("is never in another millisecond than the wall clock", () => {
    const { time, read } = clocksAt(noon + 0.7, 12_345.678);
    for (let reading = 0; reading < 5_000; reading++) {
      time.passed += 0.137;
      expect(Math.floor(read() / 1000)).toBe(Math.floor(noon + 0.7 + time.passed));
    }
  });

  test("comes to tell the microseconds of the wall clock", () => {
    const { time, read } = clocksAt(noon + 0.7, 12_345.678);
    for (let reading = 0; reading < 1_000; reading++) {
      time.passed += 0.01;
      read();
    }
    const off = read() - (noon + 0.7 + time.passed) * 1000;
    expect(Math.abs(off)).toBeLessThanOrEqual(12);
  });

  test("goes with the wall clock when that is set", () => {
    const { time, read } = clocksAt(noon, 0);
    for (const setBy of [-5_000, 3_600_000, 0.4]) {
      time.setBy = setBy;
      time.passed += 0.25;
      expect(Math.floor(read() / 1000)).toBe(Math.floor(noon + time.passed + setBy));
    }
  });
});
