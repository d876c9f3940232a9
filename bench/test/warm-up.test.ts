import { expect, test } from "vitest";
import { findPace, warmUp } from "../src/run/warm-up.ts";
import type { Round } from "../src/workloads/workload.ts";

const minute = 60_000;
const workload = { operations: 1_000 };
const size = { fewest: 4, roundMs: minute, warm: { operations: 5_000, milliseconds: minute } };

function recorded(): { readonly round: Round; readonly asked: number[] } {
  const asked: number[] = [];
  const round: Round = async (operations) => {
    asked.push(operations);
    return { value: 1, cpuMicroseconds: 1 };
  };
  return { round, asked };
}

test("a fast system is warm after as many operations as the size says, begun with a few", async () => {
  const { round, asked } = recorded();
  expect(await warmUp(round, workload, size)).toBe(1_000);
  expect(asked).toEqual([5, 50, 500, 1_000, 1_000, 1_000, 1_000, 1_000]);
});

test("a slow one is warm when its time is over, however few they were", async () => {
  const { round, asked } = recorded();
  await warmUp(round, workload, { ...size, warm: { operations: 5_000, milliseconds: 0 } });
  expect(asked).toEqual([5]);
});

test("a workload of few operations is tried with no more", async () => {
  const { round, asked } = recorded();
  await warmUp(round, { operations: 1 }, { ...size, warm: { operations: 3, milliseconds: minute } });
  expect(asked).toEqual([1, 1, 1]);
});

test("a pace is found with a part of the round that was guessed, and with more where the guess was far too low", async () => {
  const { round, asked } = recorded();
  expect(await findPace(round, workload, size, 800)).toBe(1_000);
  expect(await findPace(round, workload, size, 40)).toBe(1_000);
  expect(asked).toEqual([200, 10, 250]);
});
