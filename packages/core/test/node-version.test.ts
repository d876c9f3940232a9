import { expect, test } from "vitest";

import { requireNode } from "../src/node-version.ts";

test.each(["22.14.0", "22.20.1", "23.0.0", "24.21.0", "26.0.0-nightly20260101"])("Node %s will do", (node) => {
  expect(() => requireNode({ node })).not.toThrow();
});

test.each(["22.13.1", "20.20.2", "18.0.0", "8.17.0"])("Node %s is refused with what to install", (node) => {
  expect(() => requireNode({ node })).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
  expect(() => requireNode({ node })).toThrow(`needs Node 22.14 or newer, and this is ${node}`);
});

test("a runtime that names no Node is refused", () => {
  expect(() => requireNode({})).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
});
