import { expect, test } from "vitest";

import { table } from "../src/table.ts";

test("columns are as wide as their widest cell, and numbers stand to the right with their head", () => {
  const text = table(
    ["name", "n"],
    [
      ["a", 5],
      ["longer", 12_345],
    ],
  );
  expect(text.split("\n")).toEqual(["name        n", "──────  ─────", "a           5", "longer  12345"]);
});
