import { expect, test } from "vitest";

import { hear, hearNext, heardSoFar, nextAtLeast } from "../src/heard-transactions.ts";

let servers = 0;

function server() {
  return { system: `server ${servers++}`, timeline: "00000001" };
}

test("what is committed raises the lowest number that a later transaction can have, in any order", () => {
  const one = server();
  hearNext(one, "10", heardSoFar());
  expect(nextAtLeast(one)).toBe(10n);
  hear(one, "14");
  hear(one, "12");
  expect(nextAtLeast(one)).toBe(15n);
  expect(nextAtLeast({ ...one })).toBe(15n);
  expect(nextAtLeast({ ...one, timeline: "00000002" })).toBe(1n);
});

test("a connection that asked before others' commits were heard of takes nothing back", () => {
  const one = server();
  hearNext(one, "10", heardSoFar());
  const before = heardSoFar();
  hear(one, "14");
  hearNext(one, "11", before);
  expect(nextAtLeast(one)).toBe(15n);
});

test("numbers that a crash took back are forgotten", () => {
  const one = server();
  hearNext(one, "10", heardSoFar());
  hear(one, "14");
  hearNext(one, "12", heardSoFar());
  expect(nextAtLeast(one)).toBe(12n);
});
