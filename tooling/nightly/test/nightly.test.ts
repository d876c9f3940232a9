import { describe, expect, test } from "vitest";

import type { Part } from "../src/part.ts";
import { parts, scaled } from "../src/parts.ts";
import { readArguments } from "../src/read-arguments.ts";
import { runPart } from "../src/run-part.ts";
import { summary } from "../src/summary.ts";

function nodePart(name: string, program: string): Part {
  return {
    name,
    description: `runs ${name}`,
    program: ({ seed }) => ({
      command: process.execPath,
      arguments: ["-e", program],
      environment: { SEED: String(seed) },
    }),
  };
}

const good = nodePart("good", "process.exit(process.env.SEED === '7' ? 0 : 3)");
const bad = nodePart("bad", "process.exit(2)");

describe("the arguments of a nightly run", () => {
  test("mean every part at full scale, with a seed by chance, where there are none", () => {
    expect(readArguments([], [good, bad], 0.5)).toEqual({ parts: [good, bad], size: { scale: 1, seed: 2 ** 30 } });
  });

  test("name parts, a scale and a seed", () => {
    const asked = readArguments(["bad", "--scale", "0.1", "--seed", "7"], [good, bad], 0.5);
    expect(asked).toEqual({ parts: [bad], size: { scale: 0.1, seed: 7 } });
  });

  test.each([
    [["ugly"], /no part "ugly"; there are:\n {2}good +runs good/],
    [["--scale", "0"], /--scale/],
    [["--scale", "much"], /--scale/],
    [["--seed", "-1"], /--seed/],
    [["--seed", "1.5"], /--seed/],
  ])("are refused where they are wrong: %j", (given, message) => {
    expect(() => readArguments(given, [good], 0)).toThrow(message);
  });
});

describe("a nightly run", () => {
  const size = { scale: 0.1, seed: 7 };

  test("tells a part that passes from one that fails, is killed or cannot be started", async () => {
    const killed = nodePart("killed", "process.kill(process.pid, 'SIGKILL')");
    const absent: Part = { ...good, program: () => ({ command: "./no-program", arguments: [], environment: {} }) };
    const reports = [];
    for (const part of [good, bad, killed, absent]) reports.push(await runPart(part, size, import.meta.dirname));
    expect(reports.map(({ passed, reason }) => [passed, reason])).toEqual([
      [true, undefined],
      [false, "exit code 2"],
      [false, "ended by SIGKILL"],
      [false, expect.stringContaining("ENOENT")],
    ]);
  });

  test("sums up with the seed, and says how to do again what failed", () => {
    const text = summary(
      [
        { name: "good", passed: true, seconds: 1.25 },
        { name: "bad", passed: false, reason: "exit code 2", seconds: 60 },
      ],
      size,
    );
    expect(text.split("\n")).toEqual([
      "nightly, scale 0.1, seed 7:",
      "  good         passed       1.3 s",
      "  bad          FAILED      60.0 s  exit code 2; again: pnpm nightly bad --scale 0.1 --seed 7",
      "1 passed, 1 failed",
    ]);
  });

  test("does at least one piece of work, at any scale", () => {
    expect([scaled({ scale: 0.001, seed: 0 }, 100), scaled({ scale: 2, seed: 0 }, 100)]).toEqual(["1", "200"]);
  });

  test("has parts of different names", () => {
    expect(new Set(parts.map(({ name }) => name)).size).toBe(parts.length);
  });
});
