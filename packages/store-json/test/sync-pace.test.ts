import { eventLoopTurn } from "@holdfast/core";
import { SimulatedFs } from "@holdfast-tooling/simulated-fs";
import { expect, test } from "vitest";
import { ManualClock } from "./crashes/manual-clock.ts";
import { withOneNote } from "./one-note.ts";
import { driverOn, notes, options } from "./open-driver.ts";

const large = "x".repeat(200_000);

/** Whatever is not done on the calling thread stands still. */
function standStill(fs: SimulatedFs): () => void {
  let goOn: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (goOn = resolve));
  fs.pause = () => gone;
  return () => {
    fs.pause = undefined;
    goOn();
  };
}

/** Whether the round is done although nothing beside the thread goes on. */
async function isDoneAlone(fs: SimulatedFs, round: () => Promise<unknown>): Promise<boolean> {
  let isDone = false;
  const goOn = standStill(fs);
  const done = round().then(() => (isDone = true));
  for (let turn = 0; turn < 3; turn++) await eventLoopTurn();
  const wasDone = isDone;
  goOn();
  await done;
  return wasDone;
}

test("a lone save is one look at each file, one write and one sync, all of it on the calling thread", async () => {
  const { fs, driver } = await withOneNote();
  for (const at of [1, 2]) {
    await eventLoopTurn();
    fs.log.length = 0;
    expect(await isDoneAlone(fs, () => driver.apply(notes({ [`n${at}`]: "more" })))).toBe(true);
    const line = fs.log.indexOf("write", fs.log.indexOf("syncData"));
    expect(fs.log.slice(0, line === -1 ? undefined : line)).toEqual(["facts", "facts", "facts", "write", "syncData"]);
  }
});

test("a large round is written and synced beside the calling thread", async () => {
  const { fs, driver } = await withOneNote();
  expect(await isDoneAlone(fs, () => driver.apply(notes({ large })))).toBe(false);
});

test("a disk that is slow is waited for on the calling thread for a small part of the time only", async () => {
  const [fs, clock] = [new SimulatedFs(), new ManualClock()];
  const driver = driverOn(fs, undefined, clock);
  await driver.open({ types: [] }, options());
  await driver.apply(notes({ first: "begins the journal" }));
  const save = (): Promise<boolean> => isDoneAlone(fs, () => driver.apply(notes({ a: "small" })));
  let takes = 0;
  fs.fails = (operation) => void (operation === "syncData" && clock.pass(takes));
  takes = 4;
  expect([await save(), await save()], "a quick one").toEqual([true, true]);
  takes = 50;
  expect([await save(), await save(), await save()], "a slow one").toEqual([true, false, false]);
  clock.pass(290);
  expect(await save(), "less than 8 times as long later").toBe(false);
  takes = 1;
  expect([await save(), await save()], "8 times as long later").toEqual([true, true]);
});

class RealTurns extends ManualClock {
  override behindOthers(run: () => void): void {
    setImmediate(run);
  }
}

test.each([
  [1, 20],
  [0.25, 5],
])(
  "where a sync takes %d ms, others have %i turns beside twenty of them on the calling thread",
  async (takes, wanted) => {
    const [fs, clock] = [new SimulatedFs(), new RealTurns()];
    const driver = driverOn(fs, undefined, clock);
    await driver.open({ types: [] }, options());
    await driver.apply(notes({ first: "begins the journal" }));
    await eventLoopTurn();
    fs.fails = (operation) => void (operation === "syncData" && clock.pass(takes));
    let turns = 0;
    let isOver = false;
    const others = (async () => {
      for (; !isOver; turns++) await eventLoopTurn();
    })();
    for (let at = 0; at < 20; at++) await driver.apply(notes({ a: `${at}` }));
    isOver = true;
    await others;
    expect(Math.abs(turns - wanted)).toBeLessThanOrEqual(1);
  },
);
