import { expect, test } from "vitest";

import { untruths } from "../src/untruths.ts";
import type { Claim } from "../src/untruths.ts";

const there = { key: "a", raised: 1, isOwn: true };
const absent = { key: "a", raised: 0, isOwn: false };
const twice = { key: "a", raised: 2, isOwn: true };

test.for<readonly [string, Claim]>([
  ["an acknowledged write that is not there", { told: "applied", found: [absent], mayDoubt: false }],
  ["one that is there twice", { told: "applied", found: [twice], mayDoubt: false }],
  ["one that is there in part", { told: "applied", found: [there, absent], mayDoubt: false }],
  ["one that failed and is there", { told: "none", found: [there], mayDoubt: true }],
  ["a doubt where the server could be asked", { told: "unknown", found: [absent], mayDoubt: false }],
  ["a doubtful one that is there in part", { told: "unknown", found: [there, absent], mayDoubt: true }],
  ["an error of the driver's", { told: "not translated", found: [absent], mayDoubt: true }],
])("%s is found out", ([, claim]) => {
  expect(untruths(claim)).toHaveLength(1);
});

test.for<readonly [string, Claim]>([
  ["an acknowledged write that is there", { told: "applied", found: [there, there], mayDoubt: false }],
  ["one that failed and is not there", { told: "none", found: [absent], mayDoubt: false }],
  ["one of which nobody can know", { told: "unknown", found: [there, there], mayDoubt: true }],
])("%s is as it should be", ([, claim]) => {
  expect(untruths(claim)).toEqual([]);
});
