import { HoldfastError } from "@holdfast/core";
import { expect, test } from "vitest";
import { Pruner } from "../src/store/pruner.ts";

const hour = 3_600_000_000;
const dayMs = 86_400_000;

/** A pruner with a clock that a test puts on, what it asked for, and how each pass ends. */
function prunerByHand({
  keepMs = 7 * dayMs,
  prune = async () => 0,
}: { keepMs?: number; prune?: () => Promise<number> } = {}) {
  const clock = { time: 100 * 24 * hour };
  const asked: number[] = [];
  const warnings: unknown[] = [];
  const pruner = new Pruner({
    keepMs,
    stamps: { now: () => clock.time },
    logger: { warn: (_message, details) => warnings.push(details) },
    driver: {
      prune: (before) => {
        asked.push(before);
        return prune();
      },
    },
  });
  return {
    pruner,
    clock,
    asked,
    warnings,
    write: async (): Promise<void> => {
      pruner.afterWrite();
      await new Promise(setImmediate);
    },
  };
}

test("it looks behind the first write, and then once an hour, for what is older than it is to be kept", async () => {
  const { clock, asked, write } = prunerByHand();
  for (let step = 0; step < 24; step++) {
    await write();
    clock.time += hour / 4;
  }
  const first = 93 * 24 * hour;
  expect(asked).toEqual([0, 1, 2, 3, 4, 5].map((hours) => first + hours * hour));
});

test("it looks ten times within a time that is shorter", async () => {
  const { clock, asked, write } = prunerByHand({ keepMs: 60_000 });
  for (let second = 0; second < 60; second++) {
    await write();
    clock.time += 1_000_000;
  }
  expect(asked).toHaveLength(10);
});

test("a clock that was put back holds it up no longer than an hour", async () => {
  const { clock, asked, write } = prunerByHand();
  await write();
  clock.time -= 1_000 * hour;
  await write();
  await write();
  expect(asked).toHaveLength(2);
});

test("with Infinity, and once it is closed, it never looks", async () => {
  const endless = prunerByHand({ keepMs: Infinity });
  await endless.write();
  const closed = prunerByHand();
  await closed.pruner.close();
  await closed.write();
  expect([endless.asked, closed.asked]).toEqual([[], []]);
});

test("one pass at a time, and closing waits for it", async () => {
  const pass = Promise.withResolvers<number>();
  const { pruner, clock, asked, write } = prunerByHand({ prune: () => pass.promise });
  await write();
  clock.time += 2 * hour;
  await write();
  expect(asked).toHaveLength(1);
  const closing = pruner.close().then(() => "closed");
  expect(await Promise.race([closing, new Promise((resolve) => setImmediate(resolve, "open"))])).toBe("open");
  pass.resolve(0);
  expect(await closing).toBe("closed");
});

test("a failure is told and harms nobody; a conflict with others is not worth a word", async () => {
  const failures = [
    new HoldfastError("full", { code: "STORE_FULL" }),
    new HoldfastError("met others", { code: "TRANSACTION_CONFLICT" }),
  ];
  const { clock, asked, warnings, write } = prunerByHand({
    prune: () => Promise.reject(failures.shift() ?? new Error("unforeseen")),
  });
  for (let pass = 0; pass < 3; pass++) {
    await write();
    clock.time += hour;
  }
  expect(asked).toHaveLength(3);
  expect(warnings).toEqual([{ code: "STORE_FULL" }, { code: "BACKEND_FAILURE" }]);
});
