import { expect, test } from "vitest";
import { diskChance } from "../src/index.ts";

test.each([
  [1, [29, 346, 37, 573, 445, 148, 402, 77]],
  [20261122, [49, 100, 908, 272, 978, 159, 46, 956]],
])("what follows from the seed %i is the same for ever", (seed, numbers) => {
  const chance = diskChance(seed);
  expect(Array.from({ length: 8 }, () => chance.below(1000))).toEqual(numbers);
});
