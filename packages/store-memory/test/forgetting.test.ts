import { expect, test } from "vitest";
import { StateDriver } from "../src/index.ts";
import { driverOptions, feedLimits, groups, jobLayout, put, remove } from "./drivers.ts";
import { medium, refused, saved, versionOf } from "./media.ts";

test("prune forgets tombstones of deletes before a time, and their versions with them", async () => {
  const noting = medium();
  await using driver = new StateDriver(noting);
  let micros = 100;
  await driver.open(jobLayout, driverOptions({ stamps: { now: () => micros, newId: () => "id" } }));
  await driver.apply(groups(put("Job", "a"), put("Job", "b"), remove("Job", "a")));
  micros = 1_000;
  await driver.apply(groups(remove("Job", "b")));
  expect(await driver.prune(1_000)).toBe(1);
  expect(await driver.stats()).toEqual([{ tenant: "default", type: "Job", records: 0, tombstones: 1 }]);
  await driver.apply(groups(put("Job", "a"), put("Job", "b")));
  expect([await versionOf(driver, "a"), await versionOf(driver, "b")]).toEqual([1, 3]);
});

test("a place in the feed from before a tombstone that was let go has expired; one behind it goes on", async () => {
  await using driver = new StateDriver(medium());
  let micros = 100;
  await driver.open(jobLayout, driverOptions({ stamps: { now: () => micros, newId: () => "id" } }));
  await driver.apply(groups(put("Job", "a"), put("Job", "b")));
  const before = await driver.changes("default", undefined, feedLimits);
  await driver.apply(groups(remove("Job", "a")));
  const behind = await driver.changes("default", before.next, feedLimits);
  expect(behind.changes).toMatchObject([{ kind: "delete", tombstone: { id: "a", version: 2 } }]);
  micros = 1_000;
  await driver.apply(groups(remove("Job", "b")));
  expect(await driver.prune(1_000)).toBe(1);
  expect(await refused(driver.changes("default", before.next, feedLimits))).toBe("FEED_EXPIRED");
  const rest = await driver.changes("default", behind.next, feedLimits);
  expect(rest).toMatchObject({ changes: [{ tombstone: { id: "b" } }], caughtUp: true });
  const [first, second] = [
    await driver.changes("default", undefined, feedLimits),
    await driver.changes("other", undefined, feedLimits),
  ];
  expect([first.changes.length, second.changes.length]).toEqual([1, 0]);
});

test("what was saved before there was a feed is changed in the order of its times, and gets a feed at once", async () => {
  const times: Readonly<Record<string, number>> = { a: 30, b: 10, c: 20 };
  const { pieces, ...rest } = saved(jobLayout, { a: {}, b: {}, c: {} });
  const [all = []] = [...(Symbol.iterator in pieces ? pieces : [])];
  const dated = all.map((piece) => {
    if (piece.kind === "tombstone") return piece;
    return { ...piece, record: { ...piece.record, updated: times[piece.record.id] ?? 0 } };
  });
  const noting = medium({ load: async () => ({ ...rest, pieces: [dated] }) });
  await using driver = new StateDriver(noting);
  await driver.open(jobLayout, driverOptions());
  expect(noting.asked).toEqual(["commit 0"]);
  const { changes } = await driver.changes("default", undefined, feedLimits);
  expect(changes.map((each) => each.kind === "put" && each.record.id)).toEqual(["b", "c", "a"]);
});
