import { expect, test } from "vitest";

import { unwanted } from "../src/install-as-user.ts";

test("a first install brings no native module, no driver and no query builder", () => {
  const wanted = ["zod", "@holdfast/store-json/dist/index.js", "pgvector", "not-pg", "notes.node.js"];
  const brought = ["pg", "a/node_modules/kysely", "better-sqlite3", "b/build/Release/thing.node"];
  expect(unwanted([...wanted, ...brought])).toEqual(brought);
});
