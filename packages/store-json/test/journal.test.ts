import { expect, test } from "vitest";
import { SimulatedFs, systemError } from "@holdfast-tooling/simulated-fs";
import { first, journal, killed, second, withOneNote } from "./one-note.ts";
import { aheadBytes, driverOn, errorOf, notes, openOn, options, path, textsOf } from "./open-driver.ts";

test("the first write begins a journal, whose name is synced before anything is acknowledged, and has zeros ahead", async () => {
  const fs = new SimulatedFs();
  const driver = await openOn(fs);
  fs.log.length = 0;
  await driver.apply(notes({ a: "one" }));
  const changing = fs.log.filter((each) => each !== "facts");
  expect(changing).toEqual(["create 600", "write", "syncData", "syncFolder", "write", "write", "syncData"]);
  expect(fs.names()).toEqual(["entities.json", "entities.json.journal.0"]);
  expect(fs.textOf(journal)).toMatch(new RegExp(`}\\n\0{${aheadBytes}}$`));
});

test("each further round is one write and one sync, in the zeros' place while there are some", async () => {
  const { fs, driver } = await withOneNote();
  const size = async (): Promise<number> => (await fs.facts(journal))?.size ?? 0;
  const before = await size();
  await driver.apply(notes({ n1: "more" }));
  expect(await size()).toBe(before);
  for (const at of [2, 3]) await driver.apply(notes({ [`n${at}`]: "more" }));
  expect(fs.log.filter((each) => each === "syncData")).toHaveLength(3);
  expect(fs.log.filter((each) => !["facts", "syncData", "write"].includes(each))).toEqual([]);
  await driver.apply(notes({ n4: "x".repeat(aheadBytes) }));
  expect(await size()).toBeGreaterThan(before + aheadBytes);
  expect(Object.keys(await textsOf(await openOn(killed(fs))))).toEqual(["a", "n1", "n2", "n3", "n4"]);
});

test("a disk that has no room for zeros has room for a round", async () => {
  const { fs, driver } = await withOneNote();
  let writes = 0;
  fs.fails = (each) => (each === "write" && ++writes === 2 ? systemError("ENOSPC") : undefined);
  await driver.apply(notes({ b: "x".repeat(aheadBytes) }));
  expect(writes).toBe(2);
  expect(fs.textOf(journal)).toMatch(/}\n$/);
  await driver.apply(notes({ b: "two" }));
  expect(await textsOf(await openOn(killed(fs)))).toEqual(second);
});

test("where neither a part of a round nor the zeros behind it can be taken back, a new file takes the journal's place", async () => {
  const { fs, driver } = await withOneNote();
  let writes = 0;
  fs.bytesAtOnce = 100;
  fs.fails = (each) => ((each === "write" && ++writes === 2) || each === "truncate" ? systemError("EIO") : undefined);
  const error = await errorOf(driver.apply(notes({ x: "lost" })));
  expect(error).toMatchObject({ code: "STORE_UNAVAILABLE", outcome: "none" });
  expect(await textsOf(await openOn(killed(fs)))).toEqual(first);
  fs.fails = () => undefined;
  await driver.apply(notes({ b: "two" }));
  expect(await textsOf(await openOn(killed(fs)))).toEqual(second);
});

test('with durability "process-crash" no round is synced', async () => {
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
    const fs = new SimulatedFs();
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
  for (const image of fs.powerCuts()) expect(await textsOf(await openOn(image))).toEqual(second);
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

test("a journal that has grown larger than the file is folded into it while writing goes on", async () => {
  const fs = new SimulatedFs();
  const driver = driverOn(fs, 1);
  await driver.open({ types: [] }, options());
  const images: { readonly image: SimulatedFs; readonly acknowledged: number }[] = [];
  let acknowledged = 0;
  fs.fails = () => {
    images.push(...fs.powerCuts(4).map((image) => ({ image, acknowledged })));
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
  const fs = new SimulatedFs();
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
