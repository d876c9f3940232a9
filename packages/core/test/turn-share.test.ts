import { eventLoopTurn, TurnShare } from "@holdfast/core";
import { expect, test } from "vitest";

/** Others' turns that come about beside so many pieces of work, each of so many milliseconds. */
async function turnsBeside(pieces: number, pieceMs: number): Promise<number> {
  let now = 0;
  const share = new TurnShare(1, { now: () => now, behindOthers: (run) => void setImmediate(run) });
  let turns = 0;
  let isOver = false;
  const others = (async () => {
    for (; !isOver; turns++) await eventLoopTurn();
  })();
  for (let piece = 0; piece < pieces; piece++) {
    await share.take();
    now += pieceMs;
  }
  isOver = true;
  await others;
  return turns;
}

test("others have a turn behind each piece of work that takes as long as they may wait", async () => {
  expect(await turnsBeside(20, 1)).toBe(20);
  expect(await turnsBeside(20, 5)).toBe(20);
});

test("short pieces of work share a turn", async () => {
  expect(await turnsBeside(20, 0.25)).toBe(5);
});

test("work that comes once in a turn waits for nobody", () => {
  expect(new TurnShare(1).take()).toBeUndefined();
});
