import { expect, test } from "vitest";
import { benchOptions } from "../src/bench-options.ts";

test("without words, all workloads run on all stores beside all peers", () => {
  expect(benchOptions([])).toMatchObject({
    asked: [],
    stores: ["json", "sqlite", "postgres"],
    size: "normal",
    rounds: 5,
    originalsRounds: 15,
    withPeers: true,
    isWritten: false,
  });
});

test("workloads, stores, rounds and peers may be chosen", () => {
  const words = ["W1", "w4", "--stores", "sqlite", "--rounds", "3", "--peers", "none", "--quick"];
  expect(benchOptions(words)).toMatchObject({
    asked: ["w1", "w4"],
    stores: ["sqlite"],
    size: "quick",
    rounds: 3,
    originalsRounds: 3,
    withPeers: false,
  });
});

test("what there is none of is refused with what there is", () => {
  expect(() => benchOptions(["--stores", "mysql"])).toThrow("json, sqlite, postgres");
  expect(() => benchOptions(["--size", "huge"])).toThrow("quick, normal, large");
  expect(() => benchOptions(["--rounds", "0"])).toThrow("--rounds");
});

test("help is asked for by its option", () => {
  expect(benchOptions(["--help"])).toBeUndefined();
});
