import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { checkArchitecture } from "../src/check-architecture.ts";
import { readRepository } from "../src/read-repository.ts";

test("this repository keeps its architecture", () => {
  const repository = readRepository(fileURLToPath(new URL("../../..", import.meta.url)));
  expect(repository.manifests.size).toBeGreaterThan(10);
  expect(repository.files.length).toBeGreaterThan(10);
  expect(checkArchitecture(repository)).toEqual([]);
});
