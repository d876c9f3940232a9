import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Deadline } from "../src/store/deadline.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a deadline that is over before it was reached", () => {
  test("leaves no timer that would keep the process alive", () => {
    const deadline = new Deadline({ timeoutMs: 60_000 });
    expect(vi.getTimerCount()).toBe(1);
    deadline[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leaves no listener on the signals of its caller", () => {
    const { signal } = new AbortController();
    const deadline = new Deadline({ signals: [signal, undefined] });
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    deadline[Symbol.dispose]();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("a deadline", () => {
  test("is reached at its time, and not before", async () => {
    using deadline = new Deadline({ timeoutMs: 60_000 });
    await vi.advanceTimersByTimeAsync(59_999);
    expect(deadline.error).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await expect(deadline.reached).rejects.toMatchObject({ code: "TIMEOUT" });
  });

  test("further ahead than a timer counts is not reached at once", async () => {
    using deadline = new Deadline({ timeoutMs: 2 ** 40 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(deadline.error).toBeUndefined();
  });

  test("ends with the one around it", async () => {
    using outer = new Deadline({ timeoutMs: 10 });
    using inner = new Deadline({ timeoutMs: 60_000, outer });
    await vi.advanceTimersByTimeAsync(10);
    await expect(inner.reached).rejects.toMatchObject({ code: "TIMEOUT", details: { timeoutMs: 10 } });
  });

  test("is waited for beside a promise: what comes first counts", async () => {
    using deadline = new Deadline({ timeoutMs: 10 });
    expect(await deadline.until(Promise.resolve("given"))).toBe("given");
    await expect(deadline.until(Promise.reject(new Error("own")))).rejects.toThrow("own");
    const late = deadline.until(new Promise(() => undefined)).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10);
    expect(await late).toMatchObject({ code: "TIMEOUT" });
    await expect(deadline.until(new Promise(() => undefined))).rejects.toMatchObject({ code: "TIMEOUT" });
    expect(await deadline.until(Promise.resolve("there"))).toBe("there");
  });

  test("keeps nothing of what was awaited beside it", async () => {
    using deadline = new Deadline({ timeoutMs: 60_000 });
    const awaited = Array.from({ length: 10 }, () => new WeakRef({}));
    for (const each of awaited) await deadline.until(Promise.resolve(each.deref()));
    await vi.advanceTimersByTimeAsync(1);
    collectGarbage();
    expect(awaited.filter((each) => each.deref() !== undefined)).toEqual([]);
  });
});

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
}
