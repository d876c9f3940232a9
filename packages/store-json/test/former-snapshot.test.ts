import type { Driver } from "@holdfast/core";
import { SimulatedFs, systemError } from "@holdfast-tooling/simulated-fs";
import { expect, test } from "vitest";
import { driverOn, errorOf, notes, openOn, options, path, textsOf } from "./open-driver.ts";

const former = `${path}.former`;

/** A store that was written for a while, whose journal is folded whenever it is larger than the file. */
async function grown(rounds = 12): Promise<{ readonly fs: SimulatedFs; readonly driver: Driver }> {
  const fs = new SimulatedFs();
  const driver = driverOn(fs, 1);
  await driver.open({ types: [] }, options());
  for (let round = 1; round <= rounds; round++) await driver.apply(notes({ [`n${round}`]: "x".repeat(60) }));
  await expect.poll(() => settledNames(fs)).toEqual(expect.arrayContaining(["entities.json", "entities.json.former"]));
  return { fs, driver };
}

/** The names, once no snapshot is being written. */
function settledNames(fs: SimulatedFs): readonly string[] {
  return fs.names().some((name) => name.endsWith(".tmp")) ? [] : fs.names();
}

function flipped(text: string, at: number): Buffer {
  const bytes = Buffer.from(text);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes;
}

test("while a process writes, the snapshot before the newest stays beside it as one more name, never as a copy", async () => {
  const { fs } = await grown(40);
  const [newest, before] = [path, former].map((each) => JSON.parse(fs.textOf(each) ?? "") as { round: number });
  expect(newest?.round).toBeGreaterThan(before?.round ?? Infinity);
  const journals = journalsOf(fs);
  expect(journals[0]).toBe(`${path}.journal.${before?.round}`);
  expect(journals.length).toBeLessThanOrEqual(4);
  expect(fs.names().filter((name) => !name.includes(".journal."))).toEqual(["entities.json", "entities.json.former"]);
  const written = fs.operations.filter(({ kind }) => kind === "create").length;
  expect(written).toBe(fs.operations.filter(({ kind }) => kind === "rename").length + journalsBegun(fs));
});

function journalsBegun(fs: SimulatedFs): number {
  return fs.operations.filter((each) => each.kind === "create" && each.path.includes(".journal.")).length;
}

const damages: readonly (readonly [what: string, damage: (fs: SimulatedFs, text: string) => void])[] = [
  ["a flipped bit in its first line", (fs, text) => fs.place(path, flipped(text, 30))],
  ["a flipped bit in a document", (fs, text) => fs.place(path, flipped(text, text.indexOf("xxxx")))],
  ["a flipped bit in its last line", (fs, text) => fs.place(path, flipped(text, text.length - 8))],
  ["a cut", (fs, text) => fs.place(path, text.slice(0, 400))],
  ["nothing in it", (fs) => fs.place(path, "")],
  ["zeros", (fs, text) => fs.place(path, Buffer.alloc(text.length))],
  ["another file's content", (fs) => fs.place(path, "{}")],
];

test.each(damages)(
  "a newest snapshot with %s: opening recovers everything by itself, keeps the damaged file and reports it",
  async (_what, damage) => {
    const { fs, driver } = await grown();
    const texts = await textsOf(driver);
    const stats = await driver.stats();
    const image = fs.killed();
    damage(image, fs.textOf(path) ?? "");
    const damaged = image.textOf(path);
    const warnings: unknown[] = [];
    const again = await openOn(image, { logger: { warn: (_message, details) => warnings.push(details) } });
    expect(await textsOf(again)).toEqual(texts);
    expect(await again.stats()).toEqual(stats);
    expect(warnings).toMatchObject([{ path, kept: `${path}.damaged` }]);
    expect(image.textOf(`${path}.damaged`)).toBe(damaged);
    expect((await again.check()).map(({ message }) => message)).toEqual([
      expect.stringContaining("entities.json.damaged"),
    ]);
    await again.apply(notes({ more: "m" }));
    await again[Symbol.asyncDispose]();
    expect(image.names()).toEqual(["entities.json", "entities.json.damaged"]);
    expect(await textsOf(await openOn(image))).toEqual({ more: '{"text":"m"}', ...texts });
  },
);

test("a newest snapshot that is gone is recovered from the one before it", async () => {
  const { fs, driver } = await grown();
  const image = fs.killed();
  await image.remove(path);
  expect(await textsOf(await openOn(image))).toEqual(await textsOf(driver));
});

test("a power cut at any operation of that recovery leaves what it leads to again", async () => {
  const { fs, driver } = await grown();
  const texts = await textsOf(driver);
  const image = fs.killed();
  image.place(path, "{}");
  const cuts: SimulatedFs[] = [];
  image.fails = () => {
    cuts.push(image.killed(), ...image.powerCuts(4));
    return undefined;
  };
  await openOn(image);
  for (const cut of cuts.filter((_each, at) => at % 5 === 0)) expect(await textsOf(await openOn(cut))).toEqual(texts);
  expect(image.names().filter((name) => name.includes("damaged"))).toHaveLength(1);
});

test("a reader beside the files recovers the same, and leaves them as they are", async () => {
  const { fs } = await grown();
  const image = fs.killed();
  image.place(path, flipped(fs.textOf(path) ?? "", 300));
  const names = image.names();
  const texts = await textsOf(await openOn(fs.killed(), { access: "read" }));
  const reader = await openOn(image, { access: "read" });
  expect(await textsOf(reader)).toEqual(texts);
  expect(image.operations).toEqual([]);
  expect(image.names()).toEqual(names);
});

test.each<[string, (image: SimulatedFs) => void]>([
  ["a journal between them is damaged, too", (image) => image.place(journalsOf(image)[0] ?? "", "{}\n{}\n")],
  ["the snapshot before it is damaged, too", (image) => image.place(former, flipped(image.textOf(former) ?? "", 300))],
])("where %s, it is STORE_CORRUPT, and everything stays", async (_what, damage) => {
  const { fs } = await grown();
  const image = fs.killed();
  image.place(path, flipped(fs.textOf(path) ?? "", 300));
  damage(image);
  const before = image.names().map((name) => [name, image.textOf(`/data/${name}`)]);
  const error = await errorOf(openOn(image));
  expect(error).toMatchObject({ code: "STORE_CORRUPT", outcome: "none", details: { path } });
  expect(error.message).toContain("does not help");
  expect(image.names().map((name) => [name, image.textOf(`/data/${name}`)])).toEqual(before);
});

test("where the last journal between them is gone, it is STORE_CORRUPT: the newest says how far it reached", async () => {
  const { fs } = await grown();
  const image = fs.killed();
  const { round } = JSON.parse(fs.textOf(former) ?? "") as { round: number };
  image.place(path, (fs.textOf(path) ?? "").replace("xxx", "xxy"));
  for (const journal of journalsOf(image)) if (roundOf(journal) >= round) await image.remove(journal);
  expect((await errorOf(openOn(image))).message).toContain("do not reach as far");
});

function journalsOf(fs: SimulatedFs): readonly string[] {
  const found = fs.names().filter((name) => name.includes(".journal."));
  return found.sort((a, b) => roundOf(a) - roundOf(b)).map((name) => `/data/${name}`);
}

function roundOf(name: string): number {
  return Number(name.split(".").at(-1));
}

test("a clean close leaves one plain file, once that can be read back", async () => {
  const { fs, driver } = await grown();
  const texts = await textsOf(driver);
  const openToRead = fs.openToRead.bind(fs);
  fs.openToRead = async (of) => {
    const file = await openToRead(of);
    return of.endsWith(".tmp") ? Object.assign(file, { read: async () => 0 }) : file;
  };
  await driver[Symbol.asyncDispose]();
  expect(fs.names()).toContain("entities.json.former");
  fs.openToRead = openToRead;
  const again = await openOn(fs);
  expect(await textsOf(again)).toEqual(texts);
  await again[Symbol.asyncDispose]();
  expect(fs.names()).toEqual(["entities.json"]);
});

test("where a file cannot have two names, only the newest snapshot stays, and nothing is lost", async () => {
  const fs = new SimulatedFs();
  fs.fails = (operation) => (operation === "link" ? systemError("EPERM") : undefined);
  const driver = driverOn(fs, 1);
  await driver.open({ types: [] }, options());
  for (let round = 1; round <= 12; round++) await driver.apply(notes({ [`n${round}`]: "x".repeat(60) }));
  expect(await textsOf(await openOn(fs.killed()))).toEqual(await textsOf(driver));
  expect(fs.log).toContain("link");
  expect(fs.names()).not.toContain("entities.json.former");
  await driver[Symbol.asyncDispose]();
  expect(fs.names()).toEqual(["entities.json"]);
});

test("a round whose sync failed does not come back with the snapshot before", async () => {
  const { fs, driver } = await grown();
  fs.fails = (operation) => (operation === "syncData" ? systemError("EIO") : undefined);
  await errorOf(driver.apply(notes({ x: "lost" })));
  fs.fails = () => undefined;
  expect(settledNames(fs)).toEqual(["entities.json"]);
});

test("writes go on while a snapshot takes the place of the one before, at whatever moment", async () => {
  const fs = new SimulatedFs();
  const driver = driverOn(fs, 1);
  await driver.open({ types: [] }, options());
  const syncFolder = fs.syncFolder.bind(fs);
  let [isWriting, meanwhile] = [true, 0];
  fs.syncFolder = async (folder) => {
    const isRenamed = fs.operations.at(-1)?.kind === "rename";
    if (isRenamed && isWriting) await driver.apply(notes({ [`m${++meanwhile}`]: "between the rename and its sync" }));
    await syncFolder(folder);
  };
  for (let round = 1; round <= 20; round++) await driver.apply(notes({ [`n${round}`]: "x".repeat(60) }));
  expect(meanwhile).toBeGreaterThan(1);
  isWriting = false;
  await driver[Symbol.asyncDispose]();
  expect(Object.keys(await textsOf(await openOn(fs)))).toHaveLength(20 + meanwhile);
});
