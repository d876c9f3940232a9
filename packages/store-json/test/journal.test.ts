import type { Driver } from "@holdfast/core";
import { expect, test } from "vitest";
import { MemoryFs, systemError } from "./memory-fs.ts";
import { driverOn, errorOf, feedLimits, notes, openOn, options, path, textsOf } from "./open-driver.ts";

const first = { a: '{"text":"one"}' };
const second = { a: '{"text":"one"}', b: '{"text":"two"}' };
const journal = `${path}.journal.0`;

/** A store with one round in its journal, and what is logged from then on. */
async function withOneNote(more: Parameters<typeof openOn>[1] = {}): Promise<{ fs: MemoryFs; driver: Driver }> {
  const fs = new MemoryFs();
  const driver = await openOn(fs, more);
  await driver.apply(notes({ a: "one" }));
  fs.log.length = 0;
  return { fs, driver };
}

/** The files as a kill leaves them at this moment. */
function killed(fs: MemoryFs): MemoryFs {
  const [image = new MemoryFs()] = fs.images();
  return image;
}

test("the first write begins a journal, whose name is synced before anything is acknowledged", async () => {
  const fs = new MemoryFs();
  const driver = await openOn(fs);
  fs.log.length = 0;
  await driver.apply(notes({ a: "one" }));
  expect(fs.log).toEqual(["facts", "create 600", "write", "syncData", "syncFolder", "write", "syncData"]);
  expect(fs.names()).toEqual(["entities.json", "entities.json.journal.0"]);
});

test("each further round is one write and one sync", async () => {
  const { fs, driver } = await withOneNote();
  for (const at of [1, 2, 3]) await driver.apply(notes({ [`n${at}`]: "more" }));
  expect(fs.log.filter((each) => each === "syncData")).toHaveLength(3);
  expect(fs.log.filter((each) => each !== "syncData" && each !== "write")).toEqual([]);
});

test('with durability "process-crash" nothing is synced', async () => {
  const { fs, driver } = await withOneNote({ durability: "process-crash" });
  await driver.apply(notes({ b: "two" }));
  expect(fs.log.filter((each) => each.startsWith("sync"))).toEqual([]);
  expect(driver.guarantees.durability).toBe("process-crash");
});

test("writes that the system does in part only are completed", async () => {
  const { fs, driver } = await withOneNote();
  fs.bytesAtOnce = 7;
  await driver.apply(notes({ b: "two" }));
  expect(await textsOf(await openOn(killed(fs)))).toEqual(second);
});

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

test("a clean close leaves one plain file, which holds what the journal held", async () => {
  const { fs, driver } = await withOneNote();
  await driver.apply(notes({ b: "two" }));
  await driver[Symbol.asyncDispose]();
  expect(fs.names()).toEqual(["entities.json"]);
  expect(JSON.parse(fs.textOf(path) ?? "")).toMatchObject({ records: [{ id: "a" }, { id: "b" }] });
  expect(await textsOf(await openOn(fs))).toEqual(second);
});

test("a store that a kill left with journals is one plain file again after a clean close", async () => {
  const image = killed((await withOneNote()).fs);
  await (await openOn(image))[Symbol.asyncDispose]();
  expect(image.names()).toEqual(["entities.json"]);
  expect(await textsOf(await openOn(image))).toEqual(first);
});

const failures = [
  ["ENOSPC", "STORE_FULL"],
  ["EDQUOT", "STORE_FULL"],
  ["EFBIG", "STORE_FULL"],
  ["EROFS", "STORE_READ_ONLY"],
  ["EIO", "STORE_UNAVAILABLE"],
] as const;

test.each(failures.flatMap(([system, code]) => [1, 2].map((part) => [system, part, code] as const)))(
  "%s at a round's write, part %i, is %s: nothing is left of the round, and writing goes on once it works again",
  async (system, part, code) => {
    const { fs, driver } = await withOneNote();
    fs.bytesAtOnce = 100;
    let writes = 0;
    fs.fails = (each) => (each === "write" && ++writes >= part ? systemError(system) : undefined);
    const error = await errorOf(driver.apply(notes({ x: "lost" })));
    expect(error).toMatchObject({ code, outcome: "none", cause: { code: system }, details: { path, system } });
    expect(await textsOf(driver)).toEqual(first);
    fs.fails = () => undefined;
    expect(await textsOf(await openOn(killed(fs)))).toEqual(first);
    await driver.apply(notes({ b: "two" }));
    expect(await textsOf(await openOn(killed(fs)))).toEqual(second);
  },
);

test.each(["facts", "create", "write", "syncData", "syncFolder"])(
  "a journal that cannot be begun, for %s, fails the write and leaves no trace",
  async (operation) => {
    const fs = new MemoryFs();
    const driver = await openOn(fs);
    fs.fails = (each) => (each.startsWith(operation) ? systemError("ENOSPC") : undefined);
    const error = await errorOf(driver.apply(notes({ a: "lost" })));
    expect(error).toMatchObject({ code: "STORE_FULL", outcome: "none" });
    expect(fs.names()).toEqual(["entities.json"]);
    fs.fails = () => undefined;
    await driver.apply(notes({ a: "one" }));
    expect(await textsOf(await openOn(killed(fs)))).toEqual(first);
  },
);

test("a sync that failed is not tried again: a new file is written, without the round of which nobody knows", async () => {
  const { fs, driver } = await withOneNote();
  fs.fails = (each) => (each === "syncData" ? systemError("EIO") : undefined);
  const error = await errorOf(driver.apply(notes({ x: "lost" })));
  expect(error).toMatchObject({ code: "STORE_UNAVAILABLE", outcome: "none", cause: { code: "EIO" } });
  expect(fs.log.filter((each) => each === "syncData")).toHaveLength(1);
  expect(fs.names()).toEqual(["entities.json"]);
  expect(await textsOf(await openOn(killed(fs)))).toEqual(first);
  fs.fails = () => undefined;
  await driver.apply(notes({ b: "two" }));
  expect(fs.names()).toEqual(["entities.json", "entities.json.journal.2"]);
  for (const image of fs.images()) expect(await textsOf(await openOn(image))).toEqual(second);
});

test("where no new file can be written either, the outcome is unknown, and no write is taken until the store is opened again", async () => {
  const { fs, driver } = await withOneNote();
  fs.fails = (each) => (each.startsWith("sync") ? systemError("EIO") : undefined);
  const error = await errorOf(driver.apply(notes({ b: "two" })));
  expect(error).toMatchObject({ code: "COMMIT_UNKNOWN", outcome: "unknown", retryable: false });
  fs.fails = () => undefined;
  const refused = await errorOf(driver.apply(notes({ c: "three" })));
  expect(refused).toMatchObject({ code: "STORE_READ_ONLY", cause: { code: "COMMIT_UNKNOWN" } });
  expect(await textsOf(driver)).toEqual(first);
  await driver[Symbol.asyncDispose]();
  const again = await openOn(fs);
  expect([first, second]).toContainEqual(await textsOf(again));
  await again.apply(notes({ c: "three" }));
});

test("a power cut at any operation leaves each round whole or not at all, and every acknowledged one", async () => {
  const fs = new MemoryFs();
  const driver = await openOn(fs);
  fs.bytesAtOnce = 70;
  const images: { readonly image: MemoryFs; readonly acknowledged: number }[] = [];
  let acknowledged = 0;
  fs.fails = () => {
    images.push(...fs.images().map((image) => ({ image, acknowledged })));
    return undefined;
  };
  for (let round = 1; round <= 4; round++) {
    await driver.apply(notes({ left: `${round}`, right: `${round}` }));
    acknowledged = round;
  }
  await driver[Symbol.asyncDispose]();
  fs.fails = () => undefined;
  expect(images.length).toBeGreaterThan(200);
  for (const each of images) {
    const { left, right } = await textsOf(await openOn(each.image));
    expect(left).toBe(right);
    const round = left === undefined ? 0 : Number(/\d/.exec(JSON.stringify(left))?.[0]);
    expect([each.acknowledged, each.acknowledged + 1]).toContain(round);
  }
});

test("a journal cut off at any byte gives the rounds that are whole, and goes on behind them", async () => {
  const { fs, driver } = await withOneNote();
  await driver.apply(notes({ b: "two" }));
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
  expect([...seen]).toEqual([{}, first, second].map((each) => JSON.stringify(each)).slice(0, seen.size));
  expect(seen.size).toBeGreaterThanOrEqual(2);
});

test("damage before whole rounds is kept beside, said, and costs the damaged round alone", async () => {
  const { fs, driver } = await withOneNote();
  await driver.apply(notes({ b: "two" }));
  await driver.apply(notes({ c: "three" }));
  const image = killed(fs);
  const damaged = (fs.textOf(journal) ?? "").replace('"text":"two"', '"text":"tvo"');
  image.place(journal, damaged);
  const warnings: unknown[] = [];
  const again = await openOn(image, { logger: { warn: (_message, details) => warnings.push(details) } });
  expect(await textsOf(again)).toEqual({ ...first, c: '{"text":"three"}' });
  expect(warnings).toMatchObject([{ path, kept: `${journal}.damaged`, line: 5 }]);
  expect(image.textOf(`${journal}.damaged`)).toBe(damaged);
  const [problem, ...others] = await again.check();
  expect([problem?.kind, others]).toEqual(["integrity", []]);
  expect(problem?.message).toContain("entities.json.journal.0.damaged");
  await again.apply(notes({ d: "four" }));
  const after = { ...first, c: '{"text":"three"}', d: '{"text":"four"}' };
  expect(await textsOf(await openOn(killed(image)))).toEqual(after);
  await again[Symbol.asyncDispose]();
  expect(image.names()).toEqual(["entities.json", "entities.json.journal.0.damaged"]);
  expect(await textsOf(await openOn(image))).toEqual(after);
});

test("a last round with its end and a wrong sum is cut off, but kept beside first", async () => {
  const { fs } = await withOneNote();
  const image = killed(fs);
  image.place(journal, (fs.textOf(journal) ?? "").replace('"text":"one"', '"text":"oue"'));
  expect(await textsOf(await openOn(image))).toEqual({});
  expect(image.names()).toContain("entities.json.journal.0.damaged");
});

test("a journal that another store wrote, or one behind a missing round, is STORE_CORRUPT, and everything stays", async () => {
  const { fs, driver } = await withOneNote();
  const other = killed((await withOneNote()).fs);
  const foreign = killed(fs);
  foreign.place(journal, other.textOf(journal) ?? "");
  await driver[Symbol.asyncDispose]();
  await (await openOn(fs)).apply(notes({ b: "two" }));
  const older = killed(fs);
  older.place(path, (older.textOf(path) ?? "").replace('"round":1', '"round":0'));
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
  image.place(journal, (fs.textOf(journal) ?? "").replace('{"journal":1', '{"journal":2'));
  expect(await errorOf(openOn(image))).toMatchObject({ code: "LAYOUT_NEWER", details: { known: 1, version: 2 } });
});

test("a journal that has grown larger than the file is folded into it while writing goes on", async () => {
  const fs = new MemoryFs();
  const driver = driverOn(fs, 1);
  await driver.open({ types: [] }, options());
  const images: { readonly image: MemoryFs; readonly acknowledged: number }[] = [];
  let acknowledged = 0;
  fs.fails = () => {
    images.push(...fs.images().map((image) => ({ image, acknowledged })));
    return undefined;
  };
  for (let round = 1; round <= 12; round++) {
    await driver.apply(notes({ [`n${round}`]: "x".repeat(50) }));
    acknowledged = round;
  }
  expect(fs.log.filter((each) => each === "rename").length).toBeGreaterThan(1);
  await driver[Symbol.asyncDispose]();
  fs.fails = () => undefined;
  expect(fs.names()).toEqual(["entities.json"]);
  for (const each of images) {
    const count = Object.keys(await textsOf(await openOn(each.image))).length;
    expect([each.acknowledged, each.acknowledged + 1]).toContain(count);
  }
});

test("a journal that cannot be folded stays, is told of, and holds everything", async () => {
  const fs = new MemoryFs();
  const driver = driverOn(fs, 1);
  const warnings: string[] = [];
  await driver.open({ types: [] }, options({ logger: { warn: (message) => warnings.push(message) } }));
  fs.fails = (operation) => (operation === "rename" ? systemError("ENOSPC") : undefined);
  for (let round = 1; round <= 6; round++) await driver.apply(notes({ [`n${round}`]: "x".repeat(50) }));
  await driver[Symbol.asyncDispose]();
  expect(warnings).toContainEqual(expect.stringContaining("folded"));
  fs.fails = () => undefined;
  expect(Object.keys(await textsOf(await openOn(fs)))).toHaveLength(6);
});

test("a reader sees a round only once it is known to be on the medium, and follows across new files", async () => {
  const { fs, driver } = await withOneNote();
  const reader = await openOn(fs, { access: "read" });
  await expect.poll(() => textsOf(reader)).toEqual(first);
  let seenDuringSync: unknown;
  fs.fails = (operation) => {
    if (operation === "syncData") seenDuringSync = textsOf(reader);
    return undefined;
  };
  await driver.apply(notes({ b: "two" }));
  fs.fails = () => undefined;
  expect(await seenDuringSync).toEqual(first);
  await expect.poll(() => textsOf(reader)).toEqual(second);
  await driver[Symbol.asyncDispose]();
  expect(await textsOf(reader)).toEqual(second);
  const next = await openOn(fs);
  await next.apply(notes({ c: "three" }));
  await expect.poll(() => textsOf(reader)).toEqual({ ...second, c: '{"text":"three"}' });
});
