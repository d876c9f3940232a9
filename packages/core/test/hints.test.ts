import { EchoingBell, Hints } from "@holdfast/core";
import type { HintSource } from "@holdfast/core";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => vi.useRealTimers());

/** Hints whose source a test rings by hand, and how often that was opened and closed. */
function hintsByHand() {
  const log: string[] = [];
  let ring: () => void = () => undefined;
  const open = (ringing: () => void): HintSource => {
    ring = ringing;
    log.push("open");
    return { close: () => void log.push("close") };
  };
  return { log, hints: new Hints(open), ring: () => ring() };
}

test("the source is open from the first follower to the last", async () => {
  const { hints, log } = hintsByHand();
  const [one, two] = [new AbortController(), new AbortController()];
  const woken = [hints.wake(one.signal), hints.wake(two.signal)];
  expect(log).toEqual(["open"]);
  one.abort();
  await woken[0];
  expect(log).toEqual(["open"]);
  two.abort();
  await woken[1];
  expect(log).toEqual(["open", "close"]);
  void hints.wake(new AbortController().signal);
  expect(log).toEqual(["open", "close", "open"]);
});

test("a hint wakes all that wait, and the source stays open between one hint and the next", async () => {
  const { hints, ring, log } = hintsByHand();
  const [one, two] = [new AbortController().signal, new AbortController().signal];
  for (let round = 0; round < 3; round++) {
    const woken = [hints.wake(one), hints.wake(two), hints.wake(two)];
    ring();
    await Promise.all(woken);
  }
  expect(log).toEqual(["open"]);
});

test("a follower that has ended is not waited with, and opens nothing", async () => {
  const { hints, log } = hintsByHand();
  await hints.wake(AbortSignal.abort());
  expect(log).toEqual([]);
});

test("closing ends all waits and the source, once", async () => {
  const { hints, log } = hintsByHand();
  const follower = new AbortController();
  const woken = hints.wake(follower.signal);
  await hints.close();
  await woken;
  follower.abort();
  expect(log).toEqual(["open", "close"]);
});

test("a bell with echoes rings soon, once for many signs, and again later and later", () => {
  vi.useFakeTimers();
  const times: number[] = [];
  const bell = new EchoingBell(() => times.push(Date.now() - began));
  const began = Date.now();
  for (let sign = 0; sign < 100; sign++) bell.sign();
  vi.advanceTimersByTime(100);
  expect(times).toEqual([10, 30]);
  bell.sign();
  vi.advanceTimersByTime(60_000);
  expect(times.slice(2).map((time) => time - 100)).toEqual([10, 30, 110, 430, 1_710, 6_830]);
  bell.sign();
  bell.stop();
  vi.advanceTimersByTime(60_000);
  expect(times).toHaveLength(8);
});
