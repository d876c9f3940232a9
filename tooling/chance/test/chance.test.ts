import { describe, expect, test } from "vitest";

import { chanceFrom } from "../src/index.ts";
import type { Chance } from "../src/index.ts";

function drawn(chance: Chance): readonly number[] {
  return Array.from({ length: 8 }, () => chance.below(1000));
}

describe("what follows from a seed", () => {
  test.each([
    [[7], [11, 61, 976, 699, 521, 405, 466, 239]],
    [
      [20261122, 2, 31],
      [931, 424, 506, 530, 576, 941, 264, 551],
    ],
    [[20261122003], [493, 294, 536, 86, 746, 188, 255, 522]],
  ] as const)("is the same for ever: %j", ([seed, ...more], numbers) => {
    expect(drawn(chanceFrom(seed, ...more))).toEqual(numbers);
  });

  test("is something else with each further number", () => {
    const draws = [chanceFrom(7), chanceFrom(7, 0), chanceFrom(7, 1), chanceFrom(7, 1, 0), chanceFrom(7, 0, 1)].map(
      drawn,
    );
    expect(new Set(draws.map(String)).size).toBe(draws.length);
  });
});

test("a share of 0 is never met, one of 1 always, and one of a quarter about so often", () => {
  const { isIn } = chanceFrom(1);
  const met = (share: number): number => Array.from({ length: 1_000 }, () => isIn(share)).filter(Boolean).length;
  expect([met(0), met(1)]).toEqual([0, 1_000]);
  expect(met(0.25)).toBeGreaterThan(200);
  expect(met(0.25)).toBeLessThan(300);
});

test("every choice is made at times, and no other", () => {
  const { among } = chanceFrom(1);
  const made = new Set(Array.from({ length: 100 }, () => among(["a", "b", "c"])));
  expect([...made].toSorted()).toEqual(["a", "b", "c"]);
});
