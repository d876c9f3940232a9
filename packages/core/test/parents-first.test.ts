import type { Layout, ReferenceLayout } from "../src/layout.ts";
import { expect, test } from "vitest";

import { parentsFirst } from "../src/parents-first.ts";

function layoutOf(references: Readonly<Record<string, readonly ReferenceLayout[]>>): Layout {
  const types = Object.entries(references).map(([type, own]) => {
    return { type, schemaVersion: 1, fields: [], indexes: [], references: own };
  });
  return { types };
}

test("parents come before their children, over as many generations as there are", () => {
  const layout = layoutOf({
    A: [{ field: "b", to: "B", onDelete: "cascade" }],
    B: [{ field: "c", to: "C", onDelete: "restrict" }],
    C: [],
  });
  expect(parentsFirst(["A", "B", "C", "Loose"], layout)).toEqual(["C", "B", "A", "Loose"]);
  expect(parentsFirst(["A", "C"], layout)).toEqual(["C", "A"]);
});

test("a reference that is not enforced orders nothing", () => {
  expect(parentsFirst(["A", "B"], layoutOf({ A: [{ field: "b", to: "B" }], B: [] }))).toEqual(["A", "B"]);
});

test("types that refer to each other, or to themselves, each come once", () => {
  const layout = layoutOf({
    A: [
      { field: "b", to: "B", onDelete: "detach" },
      { field: "own", to: "A", onDelete: "detach" },
    ],
    B: [{ field: "a", to: "A", onDelete: "detach" }],
  });
  expect(parentsFirst(["A", "B"], layout).toSorted()).toEqual(["A", "B"]);
});
