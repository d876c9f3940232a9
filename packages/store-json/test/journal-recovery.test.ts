import { expect, test } from "vitest";
import { SimulatedFs, systemError } from "@holdfast-tooling/simulated-fs";
import { first, journal, killed, second, withOneNote } from "./one-note.ts";
import { errorOf, feedLimits, notes, openOn, path, textsOf } from "./open-driver.ts";

test("a killed store opens with all rounds, deletes and forgotten tombstones too, and goes on behind them", async () => {
  const { fs, driver } = await withOneNote();
  const key = { tenant: "default", type: "Note" } as const;
  await driver.apply(notes({ b: "two", c: "three", d: "four" }));
  await driver.apply([["b", "c"].map((id) => ({ kind: "delete", ...key, id, expect: "any" }) as const)]);
  await driver.apply(notes({ c: "again" }));
  const feed = await driver.changes("default", undefined, feedLimits);
  const again = await openOn(killed(fs));
  expect(await textsOf(again)).toEqual({ ...first, c: '{"text":"again"}', d: '{"text":"four"}' });
  expect(await again.changes("default", undefined, feedLimits)).toEqual(feed);
  expect(await again.stats()).toEqual(await driver.stats());
  await again.apply(notes({ b: "two" }));
  expect(await again.get("default", "Note", ["b", "c"])).toMatchObject([{ version: 3 }, { version: 3 }]);
  expect(await driver.prune(Number.MAX_SAFE_INTEGER)).toBe(1);
  const pruned = await openOn(killed(fs));
  expect(await pruned.stats()).toEqual(await driver.stats());
  expect(await errorOf(pruned.changes("default", ["nothing", 0], feedLimits))).toMatchObject({
    code: "INVALID_CURSOR",
  });
});

test("a killed store opens with its holds and what it has forgotten, also where later rounds say nothing of them", async () => {
  const { fs, driver } = await withOneNote();
  await driver.apply(notes({ b: "two" }));
  const { next: place } = await driver.changes("default", undefined, feedLimits);
  const key = { tenant: "default", type: "Note", id: "b" } as const;
  await driver.apply([[{ kind: "delete", ...key, expect: "any" }]]);
  await driver.prune(Number.MAX_SAFE_INTEGER);
  const { next } = await driver.changes("default", undefined, feedLimits);
  const hold = { tenant: "default", name: "replica", since: 1, moved: 1, expires: Number.MAX_SAFE_INTEGER };
  await driver.hold({ ...hold, place: next });
  await driver.apply(notes({ c: "three" }));
  expect(fs.textOf(`${path}.journal.0`)?.match(/"holds"/g)).toHaveLength(1);
  expect(fs.textOf(`${path}.journal.0`)?.match(/"pruned"/g)).toHaveLength(1);
  const again = await openOn(killed(fs));
  expect(await again.holds()).toEqual([hold]);
  expect(await errorOf(again.changes("default", place, feedLimits))).toMatchObject({ code: "FEED_EXPIRED" });
});

test("a power cut at any operation leaves each round whole or not at all, and every acknowledged one", async () => {
  const fs = new SimulatedFs();
  const driver = await openOn(fs);
  fs.bytesAtOnce = 70;
  const images: { readonly image: SimulatedFs; readonly acknowledged: number }[] = [];
  let acknowledged = 0;
  fs.fails = () => {
    images.push(...fs.powerCuts(4).map((image) => ({ image, acknowledged })));
    return undefined;
  };
  for (let round = 1; round <= 4; round++) {
    await driver.apply(notes({ left: `${round}`, right: `${round}` }));
    acknowledged = round;
  }
  await driver[Symbol.asyncDispose]();
  fs.fails = () => undefined;
  expect(images.length).toBeGreaterThan(100);
  for (const each of images) {
    const { left, right } = await textsOf(await openOn(each.image));
    expect(left).toBe(right);
    const round = left === undefined ? 0 : Number(/\d/.exec(JSON.stringify(left))?.[0]);
    expect([each.acknowledged, each.acknowledged + 1]).toContain(round);
  }
});

test("what a killed process had written and not synced is synced before anything is built on it", async () => {
  for (const durability of ["power-loss", "process-crash"] as const) {
    const { fs, driver } = await withOneNote({ durability });
    fs.fails = (operation) => (operation.startsWith("sync") ? systemError("EIO") : undefined);
    await driver.apply(notes({ b: "two" })).catch(() => undefined);
    fs.fails = () => undefined;
    const again = await openOn(fs);
    const texts = await textsOf(again);
    await again.apply(notes({ c: "three" }));
    for (const image of fs.powerCuts()) {
      expect(await textsOf(await openOn(image))).toEqual({ ...texts, c: '{"text":"three"}' });
    }
  }
});

test("a journal cut off at any byte gives the rounds that are whole, and goes on behind them", async () => {
  const { fs, driver } = await withOneNote();
  await driver.apply(notes({ b: "two", c: "too" }));
  const whole = Buffer.from(fs.textOf(journal) ?? "");
  const seen = new Set<string>();
  for (let length = 0; length < whole.length; length++) {
    const image = killed(fs);
    image.place(journal, whole.subarray(0, length));
    const again = await openOn(image);
    const texts = await textsOf(again);
    seen.add(JSON.stringify(texts));
    if (length % 9 !== 0) continue;
    await again.apply(notes({ z: "last" }));
    expect(await textsOf(await openOn(killed(image)))).toEqual({ ...texts, z: '{"text":"last"}' });
  }
  const all = { ...second, c: '{"text":"too"}' };
  expect([...seen]).toEqual([{}, first, all].map((each) => JSON.stringify(each)).slice(0, seen.size));
  expect(seen.size).toBeGreaterThanOrEqual(2);
});

test("a journal that another store wrote, or one behind a missing round, is STORE_CORRUPT, and everything stays", async () => {
  const { fs, driver } = await withOneNote();
  const beginning = fs.textOf(path) ?? "";
  const other = killed((await withOneNote()).fs);
  const foreign = killed(fs);
  foreign.place(journal, other.textOf(journal) ?? "");
  await driver[Symbol.asyncDispose]();
  await (await openOn(fs)).apply(notes({ b: "two" }));
  const older = killed(fs);
  older.place(path, beginning);
  const gone = killed(fs);
  await gone.remove(path);
  for (const image of [foreign, older, gone]) {
    const names = image.names();
    const texts = names.map((name) => image.textOf(`/data/${name}`));
    expect(await errorOf(openOn(image))).toMatchObject({ code: "STORE_CORRUPT", outcome: "none" });
    expect(image.names()).toEqual(names);
    expect(image.names().map((name) => image.textOf(`/data/${name}`))).toEqual(texts);
  }
});

test("a journal of a newer form is LAYOUT_NEWER", async () => {
  const { fs } = await withOneNote();
  const image = killed(fs);
  image.place(journal, (fs.textOf(journal) ?? "").replace(/"journal":1(.*),"sum":"[^"]*"/, '"journal":2$1'));
  expect(await errorOf(openOn(image))).toMatchObject({ code: "LAYOUT_NEWER", details: { known: 1, version: 2 } });
});
